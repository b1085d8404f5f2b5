"""The addresses of advertising. Neutral, since blockers go by the address too."""

from django.urls import path

from .views import beacons, reports
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
    # What an advertiser reads; the address is the key (ads/links.py).
    path("laporan/<slug:token>/", reports.report, name="report"),
    path(
        "laporan/<slug:token>/kampanye/<int:campaign_id>/", reports.campaign, name="report_campaign"
    ),
    path(
        "laporan/<slug:token>/kampanye/<int:campaign_id>/harian.csv",
        reports.csv_file,
        name="report_csv",
    ),
    path(
        "laporan/<slug:token>/kampanye/<int:campaign_id>/bukti-tayang.pdf",
        reports.pdf_file,
        name="report_pdf",
    ),
    path("laporan/<slug:token>/materi/<int:creative_id>/", reports.picture, name="report_picture"),
    path("laporan/<slug:token>/bukti/<int:proof_id>/", reports.proof, name="report_proof"),
]
