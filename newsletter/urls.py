"""The addresses of the newsletter: promises, like all public ones. Links in letters lead to the last three."""

from django.urls import path

import articles.urls  # noqa: F401 - it registers the converters "yyyy" and "nn"

from .views import issues, own, subscribing

app_name = "newsletter"
urlpatterns = [
    path("buletin/", subscribing.page, name="page"),
    path("buletin/periksa/", subscribing.check_your_mail, name="check"),
    path("buletin/<yyyy:year>/<nn:month>/<nn:day>/", issues.issue, name="issue"),
    path("buletin/konfirmasi/<str:token>/", own.confirm, name="confirm"),
    path("buletin/rubrik/<str:token>/", own.choose, name="choose"),
    path("buletin/berhenti/<str:token>/", own.leave, name="leave"),
]
