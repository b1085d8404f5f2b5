"""The public addresses of comments."""

from .urls_figures import urlpatterns as figures

app_name = "comments"
urlpatterns = [*figures]
