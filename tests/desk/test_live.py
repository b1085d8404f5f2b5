"""Live coverage on the desk: who may do what there, by ordinary forms and as the script does it."""

from __future__ import annotations

import datetime
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from articles import live
from articles.models import LiveEntry, Photo
from tests.covering import covered, entry
from tests.desk.conftest import upload
from tests.factories import ArticleFactory, PhotoFactory

pytestmark = pytest.mark.django_db
SCRIPT = {"accept": "application/json"}


def url(story, *more):
    path = reverse("admin:articles_article_live", args=[story.pk])
    return path + "".join(f"{part}/" for part in more)


def new(**more):
    return {"key": str(uuid.uuid4()), "text": "Air naik.\nCepat.\n\nWarga naik.", **more}


def test_a_reporter_adds_an_entry_from_plain_words(reporter, at_desk):
    story = covered()
    client = at_desk(reporter)
    page = client.get(url(story))
    assert page.status_code == 200 and b"Publish the entry" in page.content
    response = client.post(
        url(story), new(author=reporter.author.pk, text="<b>Air</b>\nnaik.\n\nWarga & anak.")
    )
    assert (response.status_code, response["Location"]) == (302, url(story))
    found = LiveEntry.objects.get()
    assert found.text == "<p>&lt;b&gt;Air&lt;/b&gt;<br>naik.</p><p>Warga &amp; anak.</p>"
    assert (found.author, found.entered_by) == (reporter.author, reporter)


def test_the_same_form_sent_again_is_the_same_entry(reporter, at_desk):
    story, client, data = covered(), at_desk(reporter), new()
    first = client.post(url(story), data, headers=SCRIPT)
    again = client.post(url(story), data, headers=SCRIPT)
    assert first.json()["number"] == again.json()["number"] == 1
    assert "Warga naik." in first.json()["html"] and LiveEntry.objects.count() == 1


def test_an_entry_that_waited_for_a_line_has_the_time_when_it_was_written(reporter, at_desk):
    story = covered()
    waited = datetime.timedelta(seconds=600)
    before = timezone.now()
    at_desk(reporter).post(url(story), new(waited="600"), headers=SCRIPT)
    assert before - waited <= LiveEntry.objects.get().happened_at <= timezone.now() - waited


def test_an_entry_that_waited_longer_than_a_day_asks_for_its_time(reporter, at_desk):
    story, client = covered(), at_desk(reporter)
    data = new(waited="86401")
    answer = client.post(url(story), data, headers=SCRIPT)
    said = "The entry has waited for more than a day. Say at what time it happened."
    assert (answer.status_code, answer.json()) == (400, {"error": said})
    moment = timezone.localtime(timezone.now() - datetime.timedelta(days=2)).replace(
        second=0, microsecond=0
    )
    data |= {"happened_at": f"{moment:%Y-%m-%dT%H:%M}"}
    assert client.post(url(story), data, headers=SCRIPT).status_code == 200
    assert LiveEntry.objects.get().happened_at == moment


def test_another_entry_from_a_form_that_was_sent_is_not_lost(reporter, at_desk):
    story, client, data = covered(), at_desk(reporter), new(text="Satu")
    client.post(url(story), data)
    # Twice by a thumb is once.
    assert client.post(url(story), data).status_code == 302
    # The browser's way back, and other words in the same form.
    page = client.post(url(story), data | {"text": "Dua", "title": "Judul"})
    said = "An entry from this form is public already. Send again to add this one."
    assert said in page.content.decode()
    form = page.context["form"]
    again = {name: form[name].value() for name in ("key", "text", "title")}
    assert (again["text"], again["title"]) == ("Dua", "Judul")
    assert client.post(url(story), again).status_code == 302
    rows = LiveEntry.objects.order_by("number")
    assert [row.text for row in rows] == ["<p>Satu</p>", "<p>Dua</p>"]


def test_a_form_sent_twice_with_a_change_in_between_is_one_entry(reporter, at_desk):
    story, client, data = covered(), at_desk(reporter), new(text="Satu")
    client.post(url(story), data)
    found = LiveEntry.objects.get()
    live.change(found, live.Words(text="<p>Lain</p>"), by=reporter, seen=found.position)
    assert client.post(url(story), data).status_code == 302


@pytest.mark.parametrize(
    ("data", "said"),
    [({"text": " "}, "An entry says something."), ({"happened_at": "2199-01-01T10:00"}, "The time of an entry has not come yet.")],
)  # fmt: skip
def test_what_is_refused_comes_back_with_a_sentence_and_what_was_typed(
    data, said, reporter, at_desk
):
    story, client = covered(), at_desk(reporter)
    answer = client.post(url(story), new(**data), headers=SCRIPT)
    assert (answer.status_code, answer.json()) == (400, {"error": said})
    page = client.post(url(story), new(title="Judul saya", **data)).content.decode()
    assert said in page and "Judul saya" in page


def test_a_photo_comes_with_the_form_and_stays_when_another_field_is_wrong(reporter, at_desk):
    story, client = covered(), at_desk(reporter)
    data = {"file": upload(), "credit": "Rahma Nurdin", "caption": "Sungai meluap"}
    page = client.post(url(story), new(text="", **data))
    assert "The photo is here." in page.content.decode()
    kept = Photo.objects.get()
    sent = {name: page.context["form"][name].value() for name in ("photo", "credit", "caption")}
    client.post(url(story), new(**sent))
    found = LiveEntry.objects.get()
    assert (found.photo, found.caption, found.photo.credit) == (
        kept,
        "Sungai meluap",
        "Rahma Nurdin",
    )


def test_a_photo_chosen_for_a_change_stays_when_another_field_is_wrong(editor, at_desk):
    story = covered()
    found = entry(story, by=editor, photo=PhotoFactory())
    client = at_desk(editor)
    form = client.get(url(story, 1)).context["form"]
    names = ("seen", "happened_at", "text", "photo", "credit")
    data = {name: form[name].value() for name in names}
    wrong = data | {"text": "", "file": upload(), "without_photo": "on"}
    page = client.post(url(story, 1), wrong)
    form = page.context["form"]
    chosen = Photo.objects.latest("pk")
    assert (form["photo"].value(), form["without_photo"].value()) == (str(chosen.pk), False)
    assert chosen.smallest_url in page.content.decode()
    again = {name: form[name].value() for name in names}
    client.post(url(story, 1), again | {"text": "<p>Air naik.</p>"})
    found.refresh_from_db()
    assert found.photo == chosen


def test_editors_begin_end_pin_change_and_withdraw(editor, at_desk):
    story = ArticleFactory(is_public=True)
    client = at_desk(editor)
    assert b"Begin live coverage" in client.get(url(story)).content
    client.post(url(story, "begin"))
    client.post(url(story), new())
    client.post(url(story, 1, "pin"))
    found = LiveEntry.objects.get()
    assert found.pin == 1
    page = client.get(url(story, 1))
    form = page.context["form"]
    data = {name: form[name].value() for name in ("seen", "happened_at")}
    client.post(url(story, 1), {**data, "text": "<p>Lain</p>", "title": "Judul"})
    found.refresh_from_db()
    assert (found.text, found.title, found.changed_by) == ("<p>Lain</p>", "Judul", editor)
    assert b"Entry changed" in client.get(url(story, 1)).content
    assert b"Why? Readers" in client.get(url(story, 1, "withdraw")).content
    client.post(url(story, 1, "withdraw"), {"word": "Keliru"})
    client.post(url(story, "end"))
    found.refresh_from_db()
    story.refresh_from_db()
    assert (found.withdrawal_word, found.pin, story.live) == ("Keliru", None, "ended")


def test_saving_an_entry_as_it_was_is_no_change(editor, at_desk):
    story = covered()
    found = entry(story, by=editor, title="Judul")
    client = at_desk(editor)
    form = client.get(url(story, 1)).context["form"]
    data = {name: form[name].value() for name in ("seen", "happened_at", "title", "text")}
    assert client.post(url(story, 1), data).status_code == 302
    found.refresh_from_db()
    assert (found.changed_at, found.position) == (None, 1)


def test_a_change_over_a_colleagues_change_is_asked_about_with_what_was_typed(editor, at_desk):
    story = covered()
    found = entry(story, by=editor)
    client = at_desk(editor)
    form = client.get(url(story, 1)).context["form"]
    data = {name: form[name].value() for name in ("seen", "happened_at")}
    live.change(found, live.Words(text="<p>Dia</p>"), by=editor, seen=found.position)
    page = client.post(url(story, 1), {**data, "text": "<p>Saya</p>"})
    assert "The entry was changed since you opened it" in page.content.decode()
    # Sent once more it is meant for what stands there now.
    data["seen"] = page.context["form"]["seen"].value()
    client.post(url(story, 1), {**data, "text": "<p>Saya</p>"})
    found.refresh_from_db()
    assert found.text == "<p>Saya</p>"


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("reporter", 200),
        ("editor", 200),
        ("chief_editor", 200),
        ("moderator", 403),
        ("ad_desk", 403),
    ],
)
def test_the_pages_are_for_those_who_write(role, status, member, at_desk):
    story = covered()
    entry(story)
    client = at_desk(member(role))
    for address in (url(story), url(story, 1)):
        assert client.get(address).status_code == status
    assert client.get(reverse("admin:articles_article_live", args=[2**40])).status_code == (
        302 if status == 200 else 403
    )


def test_reporters_do_not_lead_and_nothing_is_done_by_a_link(reporter, editor, at_desk):
    story = covered()
    entry(story, by=editor)
    client = at_desk(reporter)
    for address in (
        url(story, "end"),
        url(story, "begin"),
        url(story, 1, "pin"),
        url(story, 1, "withdraw"),
    ):
        assert client.post(address, {"word": "x"}).status_code == 403
    assert client.post(url(story, 1), {"text": "<p>x</p>"}).status_code == 200
    assert LiveEntry.objects.get().text == "<p>Air naik.</p>"
    assert at_desk(editor).get(url(story, "end")).status_code == 405
    assert at_desk(editor).post(url(story, "elsewhere")).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_one_entry_and_three(
    count, editor, at_desk, django_assert_num_queries
):
    story = covered()
    for _ in range(count):
        entry(story, by=editor)
    client = at_desk(editor)
    client.get(url(story))
    with django_assert_num_queries(13):
        client.get(url(story))
