"""An issue on the site: its stories in the order of that day, as far as they are public now.

Which stories stand there is frozen; what they say is what they say today, so whatever was corrected is correct
here too, and what was withdrawn is gone at once.
"""

from __future__ import annotations

import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.models import Article
from articles.views.frame import Frame, render_page
from pagecache import recording

from ..choices import EntryKind
from ..contents import label_of
from ..layout import lay_out
from ..models import Entry, Issue, Newsletter


@require_safe
def issue(request: HttpRequest, year: int, month: int, day: int) -> HttpResponse:
    found = _find(year, month, day)
    recording.shows("site")
    entries = present_entries(found)
    frame = Frame.load()
    title = _("Newsletter of %(day)s") % {"day": date_format(found.day, "j F Y")}
    meta = frame.meta(title, found.get_absolute_url())
    context = {
        "issue": found,
        "laid": lay_out(entries),
        "newsletter": Newsletter.current(),
    }
    return render_page(request, "newsletter/issue.html", context, frame=frame, meta=meta)


def _find(year: int, month: int, day: int) -> Issue:
    """The made issue of a day. Raises Http404."""
    recording.shows("issues")
    try:
        date = datetime.date(year, month, day)
    except ValueError:
        raise Http404("No such day") from None
    found = Issue.objects.made().filter(day=date).first()
    if found is None:
        raise Http404("No issue of this day")
    return found


def present_entries(issue: Issue) -> list[Entry]:
    """The entries of an issue whose stories are public, with the words of today; two queries.

    A correction whose words are held back is none of them.
    """
    entries = list(
        Entry.objects.filter(issue=issue)
        .select_related("section", "correction")
        .order_by("position")
    )
    keys = {entry.article_id for entry in entries}
    # One that is not public may be so again.
    recording.shows(*(f"story:{key}" for key in keys))
    public = {
        story.pk: story for story in Article.objects.published().filter(pk__in=keys).for_line()
    }
    shown = [
        entry
        for entry in entries
        if entry.article_id in public and not (entry.correction and entry.correction.held_why)
    ]
    for entry in shown:
        story = entry.article = public[entry.article_id]
        entry.headline = story.headline
        if entry.kind == EntryKind.CORRECTION:
            entry.label = str(entry.correction.get_kind_display())
        else:
            entry.section, entry.section_id = story.section, story.section_id
            entry.text, entry.label = story.standfirst, label_of(story)
    return shown
