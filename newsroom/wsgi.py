"""What the web server serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
_django = get_wsgi_application()

from ads.doorway import Doorway  # noqa: E402 - needs the settings

application = Doorway(_django)
