"""The letters about a subscription itself: plain text, through the outbox like all single letters."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from articles.absolute import absolute
from articles.models import Publication

from . import links
from .models import Subscriber


def write_confirmation(subscriber: Subscriber) -> None:
    """Ask the owner of the address whether they meant it."""
    with translation.override(settings.LANGUAGE_CODE):
        _write(
            subscriber,
            "confirm",
            _("Please confirm the newsletter"),
            {"confirm_url": links.confirming(subscriber)},
        )


def write_already_subscribed(subscriber: Subscriber) -> None:
    """Say to a subscriber whose address was typed again that all is as it was."""
    with translation.override(settings.LANGUAGE_CODE):
        _write(subscriber, "already", _("You get the newsletter already"), {})


def _write(subscriber: Subscriber, template: str, subject: str, context: dict[str, Any]) -> None:
    publication = Publication.current()
    known = {
        "publication": publication,
        "site_url": absolute("/"),
        "choose_url": links.choosing(subscriber),
        "leave_url": links.leaving(subscriber),
        **context,
    }
    text = render_to_string(f"newsletter/mail/{template}.txt", known)
    one_line = " ".join(f"{subject} – {publication.name}".split())
    EmailMessage(subject=one_line[:200], body=text.strip() + "\n", to=[subscriber.email]).send()
