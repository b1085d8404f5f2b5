from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsletterConfig(AppConfig):
    name = "newsletter"
    verbose_name = _("Newsletter")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.signals import account_erased, account_exported

        account_erased.connect(_forget, dispatch_uid="newsletter.forget")
        account_exported.connect(_tell, dispatch_uid="newsletter.tell")


def _forget(sender: Any, *, address: str, **kwargs: Any) -> None:
    from .subscribing import erase  # models, which are not there when this is loaded

    erase(address)


def _tell(sender: Any, *, address: str, **kwargs: Any) -> tuple[str, Any] | None:
    from .subscribing import told_of  # as above

    found = told_of(address)
    return ("newsletter", found) if found else None
