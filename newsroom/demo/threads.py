"""The story threads of the demo, through the newsroom's own door."""

from __future__ import annotations

from articles import threads
from articles.models import Article

from . import files


def load_threads(articles: dict[str, Article]) -> None:
    """Place the stories; `articles` are all of the demo's by the stem of their file."""
    for row in files.rows("threads.toml", "threads"):
        for line in row["stories"]:
            story = articles[line["story"]]
            placed = threads.place(story, row["name"], line=line.get("line", ""))
        thread = placed.thread
        thread.intro, thread.key_facts = row["intro"].strip(), row["key_facts"].strip()
        thread.save()
