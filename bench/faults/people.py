"""Who writes: accounts, a reader's session for each, and subscribers, made before anything goes wrong."""

from __future__ import annotations

import os
from dataclasses import dataclass

from .house import SECRET, House

REPORTERS, READERS, SUBSCRIBERS = 3, 150, 120
PASSWORD = "tidak-ada-yang-hilang"


@dataclass(frozen=True)
class People:
    """`readers` are cookies of sessions; `staff` e-mail addresses by role, the password is PASSWORD."""

    reporters: list[str]
    editor: str
    second: str
    readers: list[str]
    section: int
    stories: list[tuple[int, str]]
    keys: dict[str, int]


def prepare(house: House) -> People:
    """Make them through the project's own doors, with Django in this process."""
    os.environ |= {
        "DATABASE_URL": house.address,
        "VAR_DIR": str(house.var_dir),
        "SECRET_KEY": SECRET,
        "DEMO": "1",
        "LANGUAGE_CODE": "en",
        "DJANGO_SETTINGS_MODULE": "newsroom.settings",
    }
    import django

    django.setup()
    from django.contrib.auth.models import Group
    from django.db import connections
    from django.test import Client

    from accounts.models import User
    from articles.models import Article, Author, Section
    from comments import readers, terms
    from comments.models import Comment
    from newsletter import subscribing
    from newsletter.choices import Form

    def member(role: str, number: int) -> User:
        name = f"{role.title()} {number}"
        user = User.objects.create_user(
            f"{role}{number}@faults.example",
            PASSWORD,
            name=name,
            is_staff=True,
            is_demo=True,
            language="en",
        )
        user.groups.add(Group.objects.get(name=role))
        Author.objects.create(name=name, user=user, slug=f"faults-{role}-{number}")
        return user

    def session(number: int) -> str:
        user = User.objects.create_user(f"pembaca{number}@faults.example")
        readers.join(user, name=f"Pembaca {_letters(number)}", terms_version=terms.VERSION)
        client = Client()
        client.force_login(user)
        return str(client.cookies["sessionid"].value)

    try:
        reporters = [member("reporter", number) for number in range(REPORTERS)]
        editor, second = member("chief_editor", 0), member("chief_editor", 1)
        sessions = [session(number) for number in range(READERS)]
        for number in range(SUBSCRIBERS):
            row = subscribing.begin(f"langganan{number}@faults.example", form=Form.PAGE)
            subscribing.confirm(row)
        section = Section.objects.order_by("pk").first()
        stories = Article.objects.published().exclude(kind="paid").newest_first()
        talked = set(Comment.objects.values_list("article_id", flat=True))
        found = [(one.pk, one.get_absolute_url()) for one in stories[:40]]
        found.sort(key=lambda one: one[0] not in talked)
        assert section is not None
        return People(
            reporters=[user.email for user in reporters],
            editor=editor.email,
            second=second.email,
            readers=sessions,
            section=section.pk,
            stories=found,
            keys={user.email: user.pk for user in [*reporters, editor, second]},
        )
    finally:
        connections.close_all()


def send_issue(house: House) -> None:
    """Have an issue of the newsletter go out to all who are subscribed, through its own doors."""
    del house
    import datetime

    from django.db import connections, transaction
    from django.utils import timezone

    from newsletter import issues, tasks
    from newsletter.models import Issue, Newsletter

    try:
        with transaction.atomic():
            days = Issue.objects.order_by("-day").values_list("day", flat=True)
            day = max(timezone.localdate(), next(iter(days), datetime.date.min))
            issue = Issue.objects.create(day=day + datetime.timedelta(days=1))
            made = issues.make(issue, Newsletter.current(), timezone.now())
        if made is None:
            raise SystemExit("There is nothing to say in an issue of the newsletter.")
        tasks.ask_for(made.pk)
    finally:
        connections.close_all()


def _letters(number: int) -> str:
    """A name has letters."""
    return "".join(chr(ord("a") + int(figure)) for figure in f"{number:03d}").title()
