"""The bare view behind the project's own middleware."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.speed.bare_settings"

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
