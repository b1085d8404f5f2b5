"""Makes the desk the project's admin site, so that every `@admin.register` lands on it."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.apps import SimpleAdminConfig
from django.contrib.admin.checks import check_admin_app, check_dependencies
from django.core import checks


class DeskConfig(SimpleAdminConfig):
    """What stands at the desk is loaded with its addresses (`fill_desk`), not with the models.

    The job worker and most commands have no use for it: of the worker's memory it was more than a third.
    """

    default_site = "newsroom.desk.Desk"

    def ready(self) -> None:
        # As Django's own, but for what is loaded before it is looked at.
        checks.register(check_dependencies, checks.Tags.admin)
        checks.register(_check_desk, checks.Tags.admin)


def _check_desk(app_configs: Any, **_more: Any) -> list[checks.CheckMessage]:
    fill_desk()
    found: list[checks.CheckMessage] = check_admin_app(app_configs)
    return found


def fill_desk() -> None:
    """Load the `admin` module of every app. Does nothing when it was called before."""
    admin.autodiscover()
    from allauth.account.models import EmailAddress
    from allauth.mfa.models import Authenticator

    # An address is proved by its owner's code: the desk has nothing to add or to tick there. A second factor is its
    # owner's; taking it away is a page of the account (accounts/admin.py).
    for model in (EmailAddress, Authenticator):
        if admin.site.is_registered(model):
            admin.site.unregister(model)
