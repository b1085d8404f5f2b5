"""The addresses of the public figures; part of comments.urls."""

from django.urls import path

from . import figures_view

urlpatterns = [
    path("moderasi/", figures_view.figures_now, name="figures"),
    path(
        "moderasi/<yyyy:year>/<nn:month>/",
        figures_view.figures_of_month,
        name="figures_month",
    ),
]
