from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class NewsroomConfig(AppConfig):
    name = "newsroom"
    verbose_name = _("Running the site")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.conf import settings

        from accounts.signals import account_erased, words_erased

        from . import checks  # noqa: F401 - registers itself

        # Groups follow the table in roles.py; the signal is Django's own place for it.
        from .roles import sync_groups
        from .watch import sentry

        sentry.begin(settings.SENTRY_DSN, settings.ENVIRONMENT)
        post_migrate.connect(sync_groups, sender=self)
        account_erased.connect(_forget_letters, dispatch_uid="newsroom.forget_letters")
        words_erased.connect(_forget_quotes, dispatch_uid="newsroom.forget_quotes")


def _forget_letters(sender: Any, *, address: str, **kwargs: Any) -> None:
    from .mail import forget_letters_to  # models, which are not there when this is loaded

    forget_letters_to(address)


def _forget_quotes(sender: Any, *, path: str, **kwargs: Any) -> None:
    from .mail import forget_letters_about  # as above

    forget_letters_about(path)
