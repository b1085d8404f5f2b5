"""The addresses of comments; those of accounts stand elsewhere."""

from django.urls import path

import articles.urls  # noqa: F401 - it registers the converters "yyyy" and "nn"

from .views import figures, own, reading, writing

app_name = "comments"
urlpatterns = [
    path(
        "<yyyy:year>/<nn:month>/<nn:day>/<slug:slug>/komentar/",
        reading.discussion,
        name="discussion",
    ),
    path("komentar/<int:article_id>/isi/", reading.thread_list, name="threads"),
    path("komentar/<int:article_id>/formulir/", writing.form, name="form"),
    path("komentar/<int:article_id>/tulis/", writing.write, name="write"),
    path("komentar/<int:article_id>/saya/", own.mine, name="mine"),
    path("komentar/<int:comment_id>/balasan/", reading.replies, name="replies"),
    path("komentar/k/<int:comment_id>/", reading.comment, name="comment"),
    path("komentar/k/<int:comment_id>/diterima/", writing.received, name="received"),
    path("komentar/k/<int:comment_id>/sunting/", own.edit, name="edit"),
    path("komentar/k/<int:comment_id>/hapus/", own.remove, name="remove"),
    path("komentar/k/<int:comment_id>/lapor/", own.report, name="report"),
    path("moderasi/", figures.figures_now, name="figures"),
    path("moderasi/<yyyy:year>/<nn:month>/", figures.figures_of_month, name="figures_month"),
]
