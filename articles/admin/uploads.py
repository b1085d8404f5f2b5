"""What the photo rows ask while files are sent: where to go on, a piece more, a photo's card, the library."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    JsonResponse,
)
from django.http.request import UnreadablePostError
from django.middleware.csrf import get_token
from django.urls import path
from django.utils.translation import gettext as _

from .. import uploads
from ..forms.photos import may_change
from ..models import Photo
from ..photos import PhotoRefused
from ..uploads import Upload

READ_AT_ONCE = 64 * 1024
CARDS_SHOWN = 24
# More digits than any size or offset here can have.
LONGEST_NUMBER = 12


class UploadsMixin:
    """Addresses below the library's. Answers are JSON; sentences in them are for the person."""

    admin_site: Any
    get_search_results: Any

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("uploads/<str:digest>/", wrap(self.upload_view), name="articles_photo_upload"),
            path("cards/", wrap(self.cards_view), name="articles_photo_cards"),
            path("cards/<int:pk>/", wrap(self.card_view), name="articles_photo_card"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def upload_view(self, request: HttpRequest, digest: str) -> HttpResponse:
        """GET: how much of the file is here. POST: a piece more of it, from `offset` on."""
        if request.method not in {"GET", "POST"}:
            return HttpResponseNotAllowed(["GET", "POST"])
        if not request.user.has_perm("articles.add_photo"):
            raise PermissionDenied
        if request.method == "GET" and (photo := uploads.with_digest(digest)):
            return JsonResponse(card(photo, request) | _signed_in(request))
        try:
            size, offset = _number(request, "size"), _number(request, "offset")
            upload = Upload(by=request.user, digest=digest, size=size)
        except ValueError:
            return JsonResponse({"error": _("The file was not announced as it is.")}, status=400)
        except PhotoRefused as refused:
            return JsonResponse({"refused": str(refused)} | _signed_in(request))
        if request.method == "GET":
            return JsonResponse(_state(upload) | _signed_in(request))
        return _take(request, upload, offset)

    def card_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What a row shows of a photo that was chosen."""
        _ask_to_see(request)
        # As many digits as one likes make no number that the table knows.
        photo = Photo.objects.filter(pk=pk).first() if pk < 2**63 else None
        if photo is None:
            raise Http404
        return JsonResponse(card(photo, request))

    def cards_view(self, request: HttpRequest) -> HttpResponse:
        """Photos to choose from: newest first, with the words of `q`, older than `before`."""
        _ask_to_see(request)
        found = list(self._chosen_from(request)[: CARDS_SHOWN + 1])
        cards = [card(photo, request) for photo in found[:CARDS_SHOWN]]
        more = found[CARDS_SHOWN - 1].pk if len(found) > CARDS_SHOWN else None
        return JsonResponse({"cards": cards, "before": more})

    def _chosen_from(self, request: HttpRequest) -> QuerySet[Photo]:
        found = Photo.objects.filter(replaced_by=None).order_by("-pk")
        # By the library's own search, through its index.
        found, _has_twice = self.get_search_results(request, found, request.GET.get("q", "")[:200])
        before = request.GET.get("before", "")
        if before.isascii() and before.isdecimal() and len(before) < 19:
            found = found.filter(pk__lt=before)
        return found


def card(photo: Photo, request: HttpRequest) -> dict[str, Any]:
    """A photo as the rows of a story and the library's window show it."""
    return {
        "photo": photo.pk,
        "url": photo.smallest_url,
        "caption": photo.caption,
        "credit": photo.credit,
        "alt_text": photo.alt_text,
        "focal_x": round(photo.focal_x * 100),
        "focal_y": round(photo.focal_y * 100),
        "is_ai_generated": photo.is_ai_generated,
        "may_change": may_change(photo, request.user),
    }


def _ask_to_see(request: HttpRequest) -> None:
    if not request.user.has_perm("articles.view_photo"):
        raise PermissionDenied


def _number(request: HttpRequest, name: str) -> int:
    """A number of bytes out of the address. ValueError for anything else."""
    text = request.GET.get(name, "0")
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER):
        raise ValueError(name)
    return int(text)


def _signed_in(request: HttpRequest) -> dict[str, Any]:
    # After another sign-in the form's own token is too old; whoever may ask here may have the new one.
    return {"token": get_token(request), "user": request.user.pk}


def _state(upload: Upload) -> dict[str, Any]:
    if refusal := upload.refusal:
        return {"refused": refusal}
    return {"offset": upload.offset}


def _take(request: HttpRequest, upload: Upload, offset: int) -> HttpResponse:
    if photo := upload.photo:
        return JsonResponse(card(photo, request))
    try:
        end = upload.append(offset, _pieces(request))
        if end < upload.size:
            return JsonResponse({"offset": end})
        return JsonResponse(card(upload.finish(), request))
    except uploads.Misplaced as misplaced:
        return JsonResponse({"offset": misplaced.offset}, status=409)
    except uploads.Damaged:
        return JsonResponse({"offset": 0, "damaged": True}, status=409)
    except uploads.Busy as busy:
        return JsonResponse({"busy": True, "reason": str(busy)}, status=503)
    except uploads.NoRoom as full:
        return JsonResponse({"error": str(full)}, status=507)
    except PhotoRefused as refused:
        return JsonResponse({"refused": str(refused)})


def _pieces(request: HttpRequest) -> Iterator[bytes]:
    """The body as it comes in; what a dropped line did not bring is asked for again."""
    try:
        while piece := request.read(READ_AT_ONCE):
            yield piece
    except UnreadablePostError:
        return
