"""Makes the desk the project's admin site, so that every `@admin.register` lands on it."""

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    default_site = "newsroom.desk.Desk"

    def ready(self) -> None:
        super().ready()
        # An address is proved by its owner's code: the desk has nothing to add or to tick there.
        from allauth.account.models import EmailAddress
        from allauth.mfa.models import Authenticator
        from django.contrib import admin

        admin.site.unregister(EmailAddress)
        # A second factor is its owner's; taking it away is a page of the account (accounts/admin.py).
        admin.site.unregister(Authenticator)
