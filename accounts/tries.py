"""How often a code may be guessed at: counted in the database, one request after the other, and never on a cache
server, which forgets when it is restarted.

django-allauth counts in the session, where requests that come at the same moment all read the same
number and all write the next one.
"""

from __future__ import annotations

from hashlib import sha256

from django.conf import settings
from django.core.cache import caches
from django.db import connection, transaction

TRIES = 3


def take(address: str, code: str, asked_at: float) -> bool:
    """Use up one of the tries for a code that was sent to an address; False when none is left.

    Of any number of requests at once TRIES get True. An address that gets no code has as many.
    """
    name = sha256(f"{address.lower()}/{code}/{asked_at}".encode()).hexdigest()
    key = f"code-tries:{name}"
    cache = caches["database"]
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        used = cache.get(key, 0)
        if used >= TRIES:
            return False
        # Longer than the code is good for: the count never ends before it.
        cache.set(key, used + 1, 2 * settings.CODE_MINUTES * 60)
    return True
