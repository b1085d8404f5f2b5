"""The signed, single-use token of a comment's form.

It is fetched with the form and never stands in a page that is kept for everybody: such a page
may be a day old. It binds the story and the account; its nonce becomes the comment's own, so
that a form sent twice finds the comment that it made.
"""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass
from hashlib import sha256

from django.core import signing
from django.utils.translation import gettext as _

from pagecache import instant

MAX_AGE = datetime.timedelta(hours=24)
# Clocks of two servers differ a little.
SKEW = datetime.timedelta(minutes=1)

_signer = signing.Signer(salt="comments.form")


class BadToken(Exception):
    """A token that does not open this form; `str()` says what to do. The text is not lost by it."""


@dataclass(frozen=True)
class Token:
    nonce: uuid.UUID
    issued_at: datetime.datetime

    @property
    def trap(self) -> str:
        """The name of the field that only programs fill in; another one in every form."""
        return f"f{sha256(self.nonce.bytes + b'trap').hexdigest()[:10]}"

    @property
    def age(self) -> datetime.timedelta:
        return instant.now() - self.issued_at


def issue(*, article_id: int, user_id: int) -> tuple[str, Token]:
    """A new token for the form of that account under that story, signed and as an object."""
    token = Token(uuid.uuid4(), instant.now())
    value = {
        "s": article_id,
        "u": user_id,
        "n": token.nonce.hex,
        "t": int(token.issued_at.timestamp() * 1000),
    }
    return _signer.sign_object(value), token


def read(value: str, *, article_id: int, user_id: int) -> Token:
    """The token, if we made it for this story and account within the last day. Raises BadToken."""
    try:
        data = _signer.unsign_object(value)
        token = Token(
            uuid.UUID(data["n"]), datetime.datetime.fromtimestamp(data["t"] / 1000, datetime.UTC)
        )
        is_ours = (data["s"], data["u"]) == (article_id, user_id)
    except Exception as error:  # whatever is wrong with it, it is not one of ours
        raise BadToken(
            _("The form could not be checked. Your text is still here: send it again.")
        ) from error
    if not is_ours or not -SKEW <= token.age <= MAX_AGE:
        raise BadToken(
            _(
                "The form is too old or belongs to another story. Your text is still here: send it again."
            )
        )
    return token
