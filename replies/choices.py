"""What a request can be, and who asks."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Case(models.TextChoices):
    RECEIVED = "received", pgettext_lazy("of a request", "received")
    EXAMINED = "examined", _("being examined")
    REPLIED = "replied", _("answered: the reply is published")
    CORRECTED = "corrected", _("answered: a correction is published")
    REFUSED = "refused", _("refused, with a reason")


OPEN = (Case.RECEIVED, Case.EXAMINED)
ANSWERED = (Case.REPLIED, Case.CORRECTED)


class Capacity(models.TextChoices):
    NAMED = "named", _("I am named or shown in the story")
    INSTITUTION = "institution", _("I speak for an institution or a company that it is about")
    LAWYER = "lawyer", _("I represent somebody, as a lawyer or with their power of attorney")
    FAMILY = "family", _("I am of the family of somebody whom it is about")
    READER = "reader", _("I know of an error as a reader")
