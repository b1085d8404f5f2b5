"""What the web server serves."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
_django = get_wsgi_application()

from ads.doorway import Doorway as Candidates  # noqa: E402 - needs the settings
from ads.spool import waiting  # noqa: E402
from newsroom.pages import PageHandler  # noqa: E402
from newsroom.watch import shared  # noqa: E402
from newsroom.watch.doorway import Watched  # noqa: E402
from pagecache.doorway import Doorway as Pages  # noqa: E402

# What a process before this one could not write any more.
waiting().write_soon()
application = Pages(Watched(Candidates(_django)), renderer=Watched(PageHandler(), is_for_all=True))
shared.begin()
# No reader waits until the desk is loaded.
import_module(settings.ROOT_URLCONF)
# What was loaded stays: to look through all of it for waste again and again took a tenth of each page's time.
gc.collect()
gc.freeze()
