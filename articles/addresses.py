"""The addresses of what has a page of its own: promises (articles/urls.py), so each is worked out once."""

from __future__ import annotations

from functools import lru_cache

from django.urls import reverse


@lru_cache(maxsize=4096)
def path_of(name: str, *arguments: str) -> str:
    """The path of a public page by its name in articles/urls.py. Raises NoReverseMatch."""
    return reverse(f"articles:{name}", args=arguments)
