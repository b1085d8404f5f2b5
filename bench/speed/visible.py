"""From the commit to the reader: a publication, a correction and a withdrawal, in two processes and through nginx."""

from __future__ import annotations

import datetime
import statistics
import time
from functools import partial
from typing import Any

from .polling import Reader, until
from .rows import Row
from .stack import Stack

LIMIT = 1.0
PATIENCE = 10.0
# How long the change waits for its commit, looked at all the while.
HELD = 0.15


def measure(stack: Stack, rounds: int) -> Row:
    """Each round publishes a story, corrects and withdraws it, while readers look at every place without a pause."""
    row = Row("publish → visible on front page, article, feed, two processes", "< 1 s, never early")
    steps = ("published", "corrected", "withdrawn")
    late: dict[str, dict[str, list[float]]] = {step: {} for step in steps}
    early: dict[str, int] = dict.fromkeys(steps, 0)
    back = 0
    with stack.serving() as one, stack.serving() as two, stack.nginx(one) as front:
        doors = {"first process": one.port, "second process": two.port, "nginx": front.port}
        for number in range(rounds):
            story = _draft(number)
            for step in steps:
                readers = _readers(story, step, doors)
                for reader in readers:
                    reader.start()
                time.sleep(0.1)
                before, after = _change(story, step, number)
                is_all = until(readers, partial(_has_seen, step=step, after=after), PATIENCE)
                if step == "withdrawn":
                    # Looked at for a while more: it must not come back.
                    time.sleep(0.6)
                for reader in readers:
                    reader.stop()
                    moments = [s for s in reader.seen if _is_new(s, step)]
                    early[step] += sum(answered < before for _a, answered, _s, _m in moments)
                    first = moments[0][1] if moments else after + PATIENCE
                    late[step].setdefault(reader.name, []).append(max(0.0, first - after))
                    if step == "withdrawn" and is_all:
                        # Those who asked after it was seen gone at the same door.
                        back += sum(s[0] > first and not _is_new(s, step) for s in reader.seen)
    worst = {step: max(max(times) for times in places.values()) for step, places in late.items()}
    row.parts = {
        "rounds": rounds,
        "worst_s": {step: round(seconds, 3) for step, seconds in worst.items()},
        "seen_before_the_commit": early,
        "withdrawn_stories_that_came_back": back,
        "by_place": {
            step: {
                name: {"median_s": round(statistics.median(t), 3), "worst_s": round(max(t), 3)}
                for name, t in places.items()
            }
            for step, places in late.items()
        },
    }
    row.value = ", ".join(f"{step} {seconds:.2f} s" for step, seconds in worst.items())
    row.value += f" at worst of {rounds}; {sum(early.values())} early, {back} came back"
    row.is_met = max(worst.values()) < LIMIT and not any(early.values()) and not back
    return row


def _draft(number: int) -> Any:
    from articles.models import Section
    from tests.factories import ArticleFactory

    section = Section.objects.order_by("pk").first()
    name = f"Kabar ukur {time.time_ns()} {number}"
    return ArticleFactory(headline=name, section=section, is_ready=True)


def _readers(story: Any, step: str, doors: dict[str, int]) -> list[Reader]:
    mark = f"Ralat {story.pk}" if step == "corrected" else story.headline
    places = {"article": story.get_absolute_url()}
    if step != "corrected":
        places |= {"front page": "/", "feed": "/rss.xml"}
    return [
        Reader(f"{place}, {door}", port, path, mark.encode())
        for door, port in doors.items()
        for place, path in places.items()
    ]


def _is_new(look: tuple[float, float, int, bool], step: str) -> bool:
    """Whether a look saw the state after the step."""
    _asked, _answered, status, has_mark = look
    if step == "withdrawn":
        return status in (200, 410) and (status == 410 or not has_mark)
    return status == 200 and has_mark


def _has_seen(reader: Reader, step: str, after: float) -> bool:
    return any(look[0] >= after and _is_new(look, step) for look in reader.seen[-3:])


def _change(story: Any, step: str, number: int) -> tuple[float, float]:
    """Commit the step; moments just before and just after the commit."""
    from django.db import transaction
    from django.utils import timezone

    from articles.choices import Status, WithdrawalGround
    from articles.models import Article
    from tests.factories import StaffFactory

    now = timezone.now()
    if step == "published":
        fields: dict[str, Any] = {
            "status": Status.PUBLISHED,
            "publish_at": now - datetime.timedelta(seconds=1),
            "published_on": timezone.localtime(now).date(),
        }
    elif step == "corrected":
        fields = {"body": f"<p>Ralat {story.pk}: yang benar ialah {number}.</p>", "updated_at": now}
    else:
        asked_by, done_by = StaffFactory(), StaffFactory()
        fields = {
            "status": Status.WITHDRAWN,
            "withdrawal_ground": WithdrawalGround.CHILD_PROTECTION,
            "withdrawal_notice": "Dicabut.",
            "withdrawal_requested_at": now,
            "withdrawal_requested_by": asked_by,
            "withdrawn_at": now,
            "withdrawn_by": done_by,
        }
    with transaction.atomic():
        Article.objects.filter(pk=story.pk).update(**fields)
        time.sleep(HELD)
        before = time.monotonic()
    return before, time.monotonic()
