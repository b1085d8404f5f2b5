"""Where a comment stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Only an approved comment is shown.

    Spam is kept apart from rejected, because a filter learns from it. A comment that its
    author removed, or that was erased for the law on personal data, leaves its place in the
    thread behind.
    """

    PENDING = "pending", _("waiting")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")
    SPAM = "spam", _("spam")
    REMOVED = "removed", _("removed by its author")
    ERASED = "erased", _("erased")


# Nothing under such a comment is shown or counted. Removed and erased ones are not among them:
# their place stays, without their text, and the answers below it too.
HIDING = (State.PENDING, State.REJECTED, State.SPAM)


class ReviewFirst(models.TextChoices):
    """Whether an account's comments are looked at before readers see them."""

    SECTION = "section", _("as the section says")
    FIRST = "first", _("always before they are shown")
    AFTER = "after", _("after they are shown")
