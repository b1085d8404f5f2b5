"""Every address of the project. The public ones stand in articles/urls.py."""

from django.contrib import admin
from django.urls import include, path

from .health import healthz, metrics, readyz
from .media import favicon, media

urlpatterns = [
    # Django tries them in turn, and most of what is asked for is a story.
    path("", include("articles.urls")),
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
    path("metrics", metrics, name="metrics"),
    path("readyz", readyz, name="readyz"),
    path("favicon.ico", favicon, name="favicon"),
    # With nginx in front these never come here (deploy/).
    path("media/<path:name>", media, name="media"),
    path("", include("ads.urls")),
    path("", include("comments.reader_urls")),
    path("", include("comments.urls")),
    path("", include("newsletter.urls")),
    path("", include("replies.urls")),
]

handler400 = "articles.views.errors.bad_request"
handler403 = "articles.views.errors.permission_denied"
handler404 = "articles.views.errors.page_not_found"
handler429 = "comments.reader_pages.doors.too_many"  # asked for by django-allauth
handler500 = "articles.views.errors.server_error"
