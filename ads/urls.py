"""The addresses of advertising. Neutral, since blockers go by the address too."""

from django.urls import path

from .views import beacons
from .views.candidates import candidates
from .views.sellers import ads_txt
from .views.signing import preview, sign_off

app_name = "ads"
urlpatterns = [
    path("ads.txt", ads_txt, name="ads_txt"),
    # No page class has such a name, so these go before what answers any.
    path("s/tiba", beacons.arrive, name="arrive"),
    path("s/lihat", beacons.tell, name="tell"),
    path("s/ke/<int:creative_id>", beacons.go, name="go"),
    path("s/<slug:key>", candidates, name="candidates"),
    path("persetujuan/<str:token>/", sign_off, name="sign_off"),
    path("pratinjau/<str:token>/", preview, name="preview"),
]
