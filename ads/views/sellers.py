from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

# IAB Tech Lab, ads.txt 1.0.2, section 3.2.1: a publisher that sells nothing
# programmatically says so with this line, so that nobody can sell in its name.
NOTHING_SOLD_PROGRAMMATICALLY = "placeholder.example.com, placeholder, DIRECT, placeholder\n"


@require_safe
def ads_txt(request: HttpRequest) -> HttpResponse:
    return HttpResponse(NOTHING_SOLD_PROGRAMMATICALLY, content_type="text/plain; charset=utf-8")
