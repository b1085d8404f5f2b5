"""What is backed up comes back: every row, every file, and nothing else."""

from __future__ import annotations

from typing import Any

from .conftest import Newsroom


def test_every_table_and_every_file_come_back(newsroom: Newsroom) -> None:
    tables, media = newsroom.tables(), newsroom.media()
    assert len(media) == 2

    backup = newsroom.backup()
    newsroom.empty()
    newsroom.restore()

    assert backup.is_good
    assert newsroom.media() == media
    changed = {table.name for table in set(tables) ^ set(newsroom.tables())}
    assert changed <= {"public.pagecache_notice", "public.pagecache_edge"}
