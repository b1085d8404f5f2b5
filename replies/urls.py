"""Public addresses: promises, like all of them."""

from django.urls import path

from . import views

app_name = "replies"
urlpatterns = [
    path("hak-jawab/", views.ask, name="ask"),
    path("hak-jawab/terkirim/", views.taken, name="taken"),
    path("hak-jawab/status/", views.status, name="status"),
]
