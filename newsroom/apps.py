from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class NewsroomConfig(AppConfig):
    name = "newsroom"
    verbose_name = _("Newsroom")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Groups follow the table in roles.py; the signal is Django's own place for it.
        from .roles import sync_groups

        post_migrate.connect(sync_groups, sender=self)
