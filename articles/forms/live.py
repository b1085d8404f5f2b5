"""An entry of live coverage, as a reporter in a hall writes it, and as an editor changes it."""

from __future__ import annotations

import datetime
import re
import uuid
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext_lazy, pgettext_lazy

from .. import photos
from ..live import Words
from ..live.saying import LONGEST_CAPTION, LONGEST_TITLE, LONGEST_WORD
from ..models import Article, Author, LiveEntry, Photo, Place
from .fields import GrowingText, StoryText
from .moments import Clocks, MomentField

if TYPE_CHECKING:
    from accounts.models import User

# A select on a phone is no type-ahead: the places around the story's own.
MOST_PLACES = 150
# How long a phone kept an entry is believed for so long; beyond, a person says when it was.
LONGEST_WAIT = datetime.timedelta(days=1)


def paragraphs(text: str) -> str:
    """Plain words as HTML: an empty line parts paragraphs, the end of a line stays one."""
    blocks = [block.strip() for block in re.split(r"\n\s*\n", text.replace("\r", ""))]
    lines = (escape(block).replace("\n", "<br>") for block in blocks if block)
    return "".join(f"<p>{one}</p>" for one in lines)


class EntryForm(forms.Form):
    """What both have. `story` is the one that is covered, `by` who writes."""

    title = forms.CharField(
        label=gettext_lazy("title, if it needs one"), required=False, max_length=LONGEST_TITLE
    )
    happened_at = MomentField(label=gettext_lazy("time, if it was not now"), required=False)
    place = forms.ModelChoiceField(
        Place.objects.none(),
        label=gettext_lazy("place, if it is another"),
        required=False,
        empty_label=pgettext_lazy("place", "that of the story"),
    )
    author = forms.ModelChoiceField(
        Author.objects.none(),
        label=gettext_lazy("byline"),
        required=False,
        empty_label=pgettext_lazy("byline", "nobody"),
    )
    # With script the file was sent before, by itself (articles.uploads), and this is what became of it.
    photo = forms.ModelChoiceField(
        Photo.objects.all(),
        label=gettext_lazy("photo"),
        required=False,
        widget=forms.HiddenInput(attrs={"autocomplete": "off"}),
    )
    file = forms.FileField(
        label=gettext_lazy("photo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*,.heic,.heif"}),
    )
    caption = forms.CharField(
        label=gettext_lazy("what the photo shows"),
        required=False,
        max_length=LONGEST_CAPTION,
        widget=GrowingText(rows=2, maxlength=LONGEST_CAPTION),
    )
    credit = forms.CharField(
        label=gettext_lazy("credit of the photo"), required=False, max_length=200
    )

    def __init__(
        self,
        *args: Any,
        story: Article,
        by: User,
        entry: LiveEntry | None = None,
        **kwargs: Any,
    ) -> None:
        self.story, self.by, self.entry = story, by, entry
        super().__init__(*args, **kwargs)
        self.fields["happened_at"].use(Clocks.of(story))  # type: ignore[attr-defined]
        # The forms above the list need no explanation of clocks: the label names the one that is meant.
        self.fields["happened_at"].help_text = ""
        self.fields["place"].queryset = _places(story, entry)  # type: ignore[attr-defined]
        self.fields["author"].queryset = authors(story, by, entry)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Take in a file that came with the form: it is not sent again if another field is wrong."""
        cleaned: dict[str, Any] = super().clean() or {}
        credit, caption = cleaned.get("credit", ""), cleaned.get("caption", "")
        photo = cleaned.get("photo")
        if file := cleaned.get("file"):
            try:
                photo = photos.store(file, by=self.by, credit=credit, alt_text=caption[:250])
            except photos.PhotoRefused as refused:
                self.add_error("file", str(refused))
            else:
                self._carry(photo)
        elif photo is not None:
            photos.fill(photo, credit=credit, alt_text=caption[:250])
        cleaned["photo"] = photo
        if photo is not None and not photo.credit:
            self.add_error("credit", forms.ValidationError(gettext_lazy("Who made the photo?")))
        return cleaned

    def _carry(self, photo: Photo) -> None:
        """Send what became of the file along with the form, in case it comes back: a browser sends no file twice."""
        self.data = self.data.copy()
        self.data[self.add_prefix("photo")] = str(photo.pk)
        # A tick against the photo that stood there before.
        self.data.pop(self.add_prefix("without_photo"), None)

    @property
    def shown_photo(self) -> Photo | None:
        """The photo that the entry would have if the form were sent as it stands."""
        if self.is_bound:
            return getattr(self, "cleaned_data", {}).get("photo")
        return self.entry.photo if self.entry is not None else None

    def words(self, text: str, happened_at: datetime.datetime | None) -> Words:
        given = self.cleaned_data
        return Words(
            text=text,
            title=given["title"],
            happened_at=happened_at,
            place=given["place"],
            photo=given["photo"],
            caption=given["caption"],
            author=given["author"],
        )


class NewEntryForm(EntryForm):
    """Two taps: the words, and send. What else there is folds."""

    key = forms.UUIDField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}))
    # How long the entry has waited for a line, in seconds: the phone's clock may be wrong, its pace is not.
    waited = forms.FloatField(
        required=False, min_value=0, widget=forms.HiddenInput(attrs={"autocomplete": "off"})
    )
    text = forms.CharField(
        label=gettext_lazy("What is happening?"),
        max_length=15_000,
        widget=GrowingText(rows=4),
        error_messages={"required": gettext_lazy("An entry says something.")},
    )
    field_order = ["key", "waited", "text", "title", "photo", "file", "caption", "credit"]

    def __init__(self, *args: Any, story: Article, by: User, **kwargs: Any) -> None:
        super().__init__(*args, story=story, by=by, **kwargs)
        own = Author.objects.filter(user=by).first()
        self.initial.setdefault("key", uuid.uuid4())
        self.initial.setdefault("author", own)
        self.initial.setdefault("credit", own.name if own else by.name)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        waited = cleaned.get("waited") or 0
        if waited > LONGEST_WAIT.total_seconds() and cleaned.get("happened_at") is None:
            sentence = gettext_lazy(
                "The entry has waited for more than a day. Say at what time it happened."
            )
            self.add_error("happened_at", forms.ValidationError(sentence))
        return cleaned

    def said(self) -> Words:
        given = self.cleaned_data
        moment = given["happened_at"]
        if moment is None and given["waited"]:
            moment = timezone.now() - datetime.timedelta(seconds=given["waited"])
        return self.words(paragraphs(given["text"]), moment)


class ChangeEntryForm(EntryForm):
    """The same with the editor of the desk. `seen` says which state of the entry the change is meant for."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))
    text = forms.CharField(
        label=gettext_lazy("text"),
        widget=StoryText(),
        error_messages={"required": gettext_lazy("An entry says something.")},
    )
    without_photo = forms.BooleanField(label=gettext_lazy("take the photo off"), required=False)
    field_order = ["seen", "title", "text", "happened_at", "place", "author"]

    def __init__(self, *args: Any, story: Article, by: User, entry: LiveEntry) -> None:
        initial = {
            "seen": entry.position,
            "title": entry.title,
            "text": entry.text,
            "happened_at": entry.happened_at,
            "place": entry.place,
            "author": entry.author,
            "photo": entry.photo,
            "caption": entry.caption,
            "credit": entry.photo.credit if entry.photo else "",
        }
        super().__init__(*args, story=story, by=by, entry=entry, initial=initial)
        self.fields["happened_at"].use(Clocks.of(story))  # type: ignore[attr-defined]
        self.fields["happened_at"].required = True

    def said(self) -> Words:
        given = self.cleaned_data
        moment = given["happened_at"]
        if self.entry is not None and not _is_another(moment, self.entry.happened_at):
            # The field has no seconds: what was left as it was is no change.
            moment = self.entry.happened_at
        words = self.words(given["text"], moment)
        if given.get("without_photo") and not given.get("file"):
            return Words(words.text, words.title, moment, words.place, author=words.author)
        return words


class WithdrawForm(forms.Form):
    word = forms.CharField(
        label=gettext_lazy("Why? Readers see this in the place of the entry."),
        max_length=LONGEST_WORD,
        widget=GrowingText(rows=2, maxlength=LONGEST_WORD),
    )


def authors(story: Article, by: User, entry: LiveEntry | None = None) -> Any:
    """Who may stand below an entry: whoever signs the story, oneself, and who stands there."""
    among = Q(bylines__article=story) | Q(user=by)
    if entry is not None and entry.author_id:
        among |= Q(pk=entry.author_id)
    return Author.objects.filter(among).distinct().order_by("name")


def _places(story: Article, entry: LiveEntry | None) -> Any:
    """The places around the story's own: those in it, beside it, and what it lies in."""
    among = Q(pk__in=[])
    if story.place is not None:
        among |= Q(parent=story.place)
        if story.place.parent_id:
            among |= Q(parent=story.place.parent_id) | Q(pk=story.place.parent_id)
    else:
        among |= Q(kind="regency")
    keys = list(
        Place.objects.filter(among).order_by("name").values_list("pk", flat=True)[:MOST_PLACES]
    )
    if entry is not None and entry.place_id:
        keys.append(entry.place_id)
    return Place.objects.filter(pk__in=keys).order_by("name")


def _is_another(given: datetime.datetime, stands: datetime.datetime) -> bool:
    return given.replace(second=0, microsecond=0) != stands.replace(second=0, microsecond=0)
