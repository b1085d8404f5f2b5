"""What browsers tell: a page arrived, what was seen, a click. Small, and never an error of ours.

While the database is away all of it is taken on this machine (`ads.spool`), so a browser is answered as always.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from accounts.network import client_address
from pagecache import instant

from .. import counting, messages, spool
from ..choices import CreativeState, DiscardReason, FlightState
from ..flood import flood
from ..models import Creative

logger = logging.getLogger(__name__)

# Seconds after which a browser may tell again what we could not write.
RETRY_AFTER = "30"
# The longest key of a session is 32 characters; a longer cookie is none of ours.
MAX_SESSION = 40
View = Callable[..., HttpResponse]


def _beacon(view: View) -> View:
    """A view that takes a POST from anybody.

    Without a CSRF token: pages are cached whole and the same for everybody, a beacon changes nothing
    of the person who is signed in, and what it tells is proved by its own signatures.
    """

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        now = instant.seconds()
        try:
            if request.method != "POST":
                counting.discard(DiscardReason.METHOD, 1, now)
                return _text("POST only", 405, Allow="POST")
            if _is_flood(request, now):
                return _text("too many", 429, **{"Retry-After": "60"})
            return _private(view(request, _body(request), _sender(request), now))
        except messages.Malformed as error:
            return _text(str(error), 400)
        except spool.NoRoom:
            # Said there, and not for each of them.
            return _later()
        except Error:
            logger.warning("What a browser told could not be written.", exc_info=True)
            return _later()

    return answer


@_beacon
def arrive(request: HttpRequest, body: bytes, sender: counting.Sender, now: float) -> HttpResponse:
    return JsonResponse({"shown": counting.arrive(messages.read_arrival(body), sender, now)})


@_beacon
def tell(request: HttpRequest, body: bytes, sender: counting.Sender, now: float) -> HttpResponse:
    counting.tell(messages.read_told(body), sender, now)
    return HttpResponse(status=204)


@require_safe
def go(request: HttpRequest, creative_id: int) -> HttpResponse:
    """Lead to where a creative leads: to its stored address and to nothing that a request names.

    Also after its flight has ended, since people click late; and also while the database is away,
    if it was sold here before.
    """
    try:
        link = _link_of(creative_id)
    except Error:
        link = spool.waiting().link_of(creative_id)
        if link is None:
            return _later()
    if link is None:
        raise Http404(f"No creative {creative_id} leads anywhere")
    try:
        _count_click(request, creative_id, instant.seconds())
    except spool.NoRoom:
        pass
    except Error:
        logger.warning("A click could not be written.", exc_info=True)
    response = _private(HttpResponseRedirect(link))
    # The shop may know from which publication a reader comes, not from which story.
    response["Referrer-Policy"] = "origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _link_of(creative_id: int) -> str | None:
    """The address of a creative that was approved and sold, whatever became of its flight."""
    approved = Creative.objects.filter(pk=creative_id, state=CreativeState.APPROVED)
    return approved.exclude(flight__state=FlightState.DRAFT).values_list("link", flat=True).first()


def _count_click(request: HttpRequest, creative_id: int, now: float) -> None:
    if not _is_flood(request, now):
        token = request.GET.get("t", "")
        counting.click(creative_id, token[: messages.MAX_TOKEN + 1], _sender(request), now)


def _is_flood(request: HttpRequest, now: float) -> bool:
    is_over = flood.is_over(client_address(request), now)
    counting.discard(DiscardReason.FLOOD, flood.to_write(now), now)
    return is_over


def _sender(request: HttpRequest) -> counting.Sender:
    # The session is in the database: it is asked for those only who have one.
    session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    try:
        is_staff = bool(session) and request.user.is_staff
    except Error:
        is_staff = False
    else:
        session = ""
    return counting.Sender(
        user_agent=request.headers.get("User-Agent", ""),
        address=client_address(request),
        is_staff=is_staff,
        is_prefetch=_is_prefetch(request),
        is_head=request.method == "HEAD",
        is_foreign=_is_foreign(request),
        is_retold="lagi" in request.GET,
        session=session[:MAX_SESSION],
    )


def _is_foreign(request: HttpRequest) -> bool:
    """Whether the browser says that another site's page sent it, or loads it as a part of a page.

    Older browsers and some apps say nothing of it; those are believed (W3C, Fetch Metadata).
    """
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    mode = request.headers.get("Sec-Fetch-Mode", "navigate")
    is_click = request.method != "POST"
    return site != "same-origin" or (is_click and mode != "navigate")


def _is_prefetch(request: HttpRequest) -> bool:
    names = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
    said = " ".join(request.headers.get(name, "") for name in names).lower()
    return any(word in said for word in ("prefetch", "prerender", "preview"))


def _body(request: HttpRequest) -> bytes:
    try:
        # One byte more than is allowed says that it is too long, without taking it all in.
        return request.read(messages.MAX_BYTES + 1)
    except OSError:
        raise messages.Malformed("cut off") from None


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response


def _later() -> HttpResponse:
    return _text("later", 503, **{"Retry-After": RETRY_AFTER})


def _text(words: str, status: int, **headers: str) -> HttpResponse:
    response = HttpResponse(f"{words}\n", status=status, content_type="text/plain; charset=utf-8")
    for name, value in headers.items():
        response[name] = value
    return _private(response)
