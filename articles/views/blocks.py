"""What stands beside many pages, rendered once for all of them and kept (`pagecache.parts`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.template import loader
from django.utils.safestring import SafeString

from pagecache import recording
from pagecache.parts import part

from .. import agenda
from ..models import Article
from ..readership import most_read

# Below a story.
LATEST = 6
MOST_READ = 5

Read = Callable[[], Sequence[Article]]


def latest_below(story: Article) -> SafeString:
    """Terkini below a story, which is left out itself; empty when there is nothing else."""
    return _below(story, "latest", latest_stories, LATEST)


def most_read_below(story: Article) -> SafeString:
    """Terpopuler below a story, which is left out itself; empty when nobody was counted."""
    return _below(story, "most_read", most_read_stories, MOST_READ)


def latest_stories() -> Sequence[Article]:
    """The newest stories as lines show them, one more than stand below a story. Not to be changed."""
    return part("latest", _read_latest)


def most_read_stories() -> Sequence[Article]:
    """The stories that were read most, one more than stand below a story. Not to be changed."""
    return part("most_read", _read_most_read)


def _read_latest() -> list[Article]:
    recording.shows("latest")
    agenda.heed()
    return list(Article.objects.published().for_line().newest_first()[: LATEST + 1])


def _read_most_read() -> list[Article]:
    return list(most_read(MOST_READ + 1).stories)


def _below(story: Article, name: str, read: Read, most: int) -> SafeString:
    """A block for each story that stands in it, and one for all others."""
    with recording.beside():
        stories = read()
        left_out = story.pk if any(one.pk == story.pk for one in stories) else None

        def render() -> SafeString:
            # What is kept has to read what it shows; otherwise once is enough.
            found = stories if recording.current() is None else read()
            shown = [one for one in found if one.pk != left_out][:most]
            return loader.render_to_string(f"articles/{name}_below.html", {"stories": shown})

        return SafeString(part(f"{name}:{left_out or ''}", render))
