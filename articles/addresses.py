"""The addresses of what has a page of its own: promises (articles/urls.py), so each is worked out once."""

from __future__ import annotations

from functools import lru_cache

from django.urls import reverse


@lru_cache(maxsize=4096)
def path_of(name: str, *arguments: str) -> str:
    """The path of a public page by its name in articles/urls.py. Raises NoReverseMatch.

    Asked of these addresses alone, which stand at the root of the site (newsroom/urls.py): the job worker names stories
    in letters and looks through them every few minutes, and would load the desk and every other page for it, 14 MB.
    """
    return reverse(name, args=arguments, urlconf="articles.urls")
