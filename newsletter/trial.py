"""A trial of the next issue: the letter that a reader of all sections would get now, to the editor who asks for it.

No row of a reader or of a letter is touched. A job sends it, like everything: no mail server can make a page slow.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from . import issues, letters
from .postman import Carrier, Fate, Postman

if TYPE_CHECKING:
    from accounts.models import User

JOB = "newsletter.trial"
log = logging.getLogger(__name__)


class PutOff(Exception):
    """The server did not take it now; the job tries again."""


def ask(*, by: User) -> None:
    """Have a trial sent to the address of the account that asks. Raises issues.Refused."""
    if not by.has_perm(issues.EDIT):
        raise issues.Refused(_("You may not do this."))
    if not settings.EMAIL_HOST:
        raise issues.Refused(_("No mail server is named (EMAIL_URL): a trial cannot be sent."))
    _issue, entries = issues.as_it_would_be()
    if not entries:
        raise issues.Refused(_("Nothing to send."))
    app.configure_task(JOB).defer(user_id=by.pk)


def send(user_id: int, carrier: Carrier | None = None) -> None:
    """Send a trial to somebody who may still ask for one; nothing when nothing is new any more.

    Raises PutOff when the server certainly did not take it and may do so later.
    """
    user = get_user_model().objects.filter(pk=user_id, is_active=True).first()
    if user is None or not user.has_perm(issues.EDIT):
        return
    letter = letters.Post(*issues.as_it_would_be()).trial_for(user.email)
    if letter is None:
        return
    if carrier is not None:
        outcome = carrier.carry(letter.sender, letter.recipient, letter.source)
    else:
        with Postman() as postman:
            outcome = postman.carry(letter.sender, letter.recipient, letter.source)
    if outcome.fate in {Fate.LATER, Fate.NO_SERVER}:
        raise PutOff(outcome.words)
    if outcome.fate is not Fate.ACCEPTED:
        log.warning("A trial of the newsletter did not go out: %s", outcome.words)
