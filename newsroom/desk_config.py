"""Makes the desk the project's admin site, so that every `@admin.register` lands on it."""

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    default_site = "newsroom.desk.Desk"
