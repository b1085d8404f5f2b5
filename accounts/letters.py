"""Letters to the owner of an account, from the templates under templates/account/email/."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation


def send(name: str, to: str, context: dict[str, Any] | None = None) -> None:
    """Write the letter `name` to an address; it is sent when the transaction is through.

    Plain text in the publication's language. `context` must hold nothing that another reader
    typed: a letter from the newsroom's address would vouch for it.
    """
    known = {
        "minutes": settings.CODE_MINUTES,
        "site_url": settings.SITE_URL,
        "sign_in_url": f"{settings.SITE_URL}{reverse('account_login')}",
        "sign_up_url": f"{settings.SITE_URL}{reverse('account_signup')}",
        "desk_url": f"{settings.SITE_URL}{reverse('admin:login')}",
        "contact_url": f"{settings.SITE_URL}{reverse('articles:contact')}",
    }
    known.update(context or {})
    with translation.override(settings.LANGUAGE_CODE):
        subject = render_to_string(f"account/email/{name}_subject.txt", known)
        text = render_to_string(f"account/email/{name}_message.txt", known)
    EmailMessage(" ".join(subject.split()), text.strip(), to=[to]).send()
