"""The rows of comments: threads with their counts, and what happened to each comment."""

from __future__ import annotations

import datetime
import random

from . import words
from .copying import Rows, line
from .plan import COMMENTED, Plan, skewed
from .stories import status

# As comments.models.comment has it: at most so many above one in its path.
DEEPEST = 4
EVENTS = 2

COLUMNS = {
    "comments_comment": (
        "id article_id parent_id path author_id author_name body state created_at is_reachable is_shown "
        "shown_replies queue_due_at"
    ),
    "comments_moderationevent": (
        "id comment_id created_at action rule from_state to_state reason note"
    ),
    "comments_discussion": "article_id shown_count",
}
_STATES = ("approved", "pending", "rejected", "spam")
_STATE_WEIGHTS = (0.93, 0.95, 0.98, 1.0)
DAY = datetime.timedelta(days=1)


def is_commented(age: int) -> bool:
    return age % COMMENTED == 2


def add_comments(plan: Plan, age: int, rows: Rows) -> None:
    """Add the comments of one story to `rows`, with what the database's triggers would derive.

    What is hidden hides everything below it; a comment counts the shown ones below it, and the
    story all of its own.
    """
    number = age // COMMENTED
    if not is_commented(age) or status(age) != "published" or not plan.talks[number]:
        return
    count = plan.talks[number]
    chance = random.Random(age ^ 0xC0DE)
    story, came_out = plan.article(age), plan.moment(age)
    first = plan.first["comments_comment"] + plan.talks_before[number]
    event = plan.first["comments_moderationevent"] + plan.talks_before[number] * EVENTS
    seconds = min((plan.until - came_out).total_seconds(), 30 * DAY.total_seconds())
    times = sorted(seconds * chance.random() ** 4 for _comment in range(count))
    parents = [
        chance.randrange(place) if place and chance.random() < 0.6 else None
        for place in range(count)
    ]
    states = chance.choices(_STATES, cum_weights=_STATE_WEIGHTS, k=count)
    paths: list[list[int]] = []
    is_open: list[bool] = []
    replies = [0] * count
    reachable = []
    for place, parent in enumerate(parents):
        above = [] if parent is None else paths[parent][:DEEPEST]
        paths.append([*above, place])
        reachable.append(parent is None or is_open[parent])
        is_open.append(reachable[place] and states[place] == "approved")
        if is_open[place]:
            for one in above:
                replies[one] += 1
    for place, state in enumerate(states):
        written = (came_out + datetime.timedelta(seconds=times[place])).replace(microsecond=0)
        reader, name = plan.readers[skewed(chance, len(plan.readers))]
        parent = parents[place]
        text = words.sentences(chance, words.text(chance, chance.randint(6, 40)))
        rows["comments_comment"].append(
            line(
                [
                    *(first + place, story, None if parent is None else first + parent),
                    *([first + one for one in paths[place]], reader, name, " ".join(text), state),
                    *(written, reachable[place], is_open[place], replies[place]),
                    written + DAY if state == "pending" else None,
                ]
            )
        )
        rows["comments_moderationevent"].append(
            line([event, first + place, written, "received", "", "", "pending", "", ""])
        )
        if state != "pending":
            reason = "insult" if state == "rejected" else ""
            decided = min(written + datetime.timedelta(hours=1), plan.until)
            rows["comments_moderationevent"].append(
                line(
                    [event + 1, first + place, decided, "decided", "", "pending", state, reason, ""]
                )
            )
        event += EVENTS
    rows["comments_discussion"].append(line([story, sum(is_open)]))
