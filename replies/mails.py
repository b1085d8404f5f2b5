"""The letters about a request: plain text, in the publication's language, through the outbox.

Whoever types a stranger's address could write to them through us: so no letter repeats what was typed into the form.
"""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from articles.absolute import absolute
from articles.models import Publication

from .models import Request


def write(request: Request, note: str = "") -> None:
    """Tell the asker in which state the request is; `note` is the newsroom's."""
    with translation.override(settings.LANGUAGE_CODE):
        publication = Publication.current()
        answer = request.correction.article if request.correction else None
        known = {
            "publication": publication,
            "request": request,
            "note": note,
            "status_url": absolute(reverse("replies:status")),
            "answer_url": absolute(answer.get_absolute_url()) if answer else "",
        }
        text = render_to_string("replies/mail/state.txt", known)
        subject = _("Your request %(number)s: %(state)s") % {
            "number": request.number,
            "state": request.get_state_display(),
        }
    one_line = " ".join(f"{subject} – {publication.name}".split())
    EmailMessage(subject=one_line[:200], body=text.strip() + "\n", to=[request.email]).send()
