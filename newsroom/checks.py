"""What `manage.py check --deploy` finds beside Django's own checks."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register


@register(Tags.security, deploy=True)
def mail_server_is_named(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Without a mail server no reader can sign in."""
    if settings.EMAIL_HOST:
        return []
    hint = "Set EMAIL_URL, such as smtp://user:password@mail.example:587/?tls=True."
    words = "No mail is sent, so readers cannot sign in: letters stay in the outbox."
    return [Warning(words, hint=hint, id="newsroom.W001")]
