"""Kept texts afterwards: offered, compared, read, outlived by nothing and let go in time."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from accounts.models import User
from articles import changes, keeping, versions, workflow
from articles.keeping import Sent, sweep_late_saves
from articles.models import KeptText, LateSave
from articles.snapshots import snapshot
from tests.desk.keeping import COMPARE, discard, kept, page_of, say, tab, values
from tests.desk.test_story_form import change
from tests.factories import ArticleFactory, StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("new_pace")]

ADD = reverse("admin:articles_article_add")


# What is offered


def test_a_form_is_offered_the_texts_of_its_story_and_a_new_one_those_of_new_ones(
    draft, reporter, at_desk
):
    client, of_draft, of_new = at_desk(reporter), tab(), tab()
    other = ArticleFactory(created_by=reporter)
    say(client, user=reporter, tab=of_draft, article=draft.pk, written=1, values=values())
    say(client, user=reporter, tab=of_new, written=1, values=values())
    assert [one["tab"] for one in client.get(change(draft)).context["kept"]] == [of_draft]
    assert [one["tab"] for one in client.get(ADD).context["kept"]] == [of_new]
    assert client.get(change(other)).context["kept"] == []


def test_a_text_is_compared_with_the_form_field_by_field(reporter, at_desk):
    client, form = at_desk(reporter), tab()
    rows = {"attendances": [{"name": "Baso", "office_as_printed": "Camat"}], "bylines": []}
    now = values("Panen raya", section=["1", "Pertanian"], is_tragedy=False, rows=rows)
    then = values("Panen", section=["2", "Pendidikan"], is_tragedy=False, rows=rows)
    then["rows"] = {"attendances": [*rows["attendances"], {"name": "Ida"}], "bylines": []}
    say(client, user=reporter, tab=form, written=1, values=then)
    answer = say(client, COMPARE, user=reporter, tab=form, before=now).json()
    assert answer["values"] == then
    html = answer["html"]
    assert '<del data-word="removed"' in html
    assert "raya" in html
    assert "Pertanian" in html
    assert "Pendidikan" in html
    assert "Ida" in html
    assert html.count("data-difference=") == 3


def test_a_text_of_the_browsers_is_compared_as_well(reporter, at_desk):
    told = {"user": reporter, "tab": tab(), "before": values("Satu"), "after": values("Dua")}
    answer = say(at_desk(reporter), COMPARE, **told).json()
    assert "Dua" in answer["html"]
    assert not KeptText.objects.exists()


def test_what_was_typed_is_no_markup_in_a_comparison(reporter, at_desk):
    bad = "<script>alert(1)</script><img src=x onerror=y>"
    after = values(bad, tags=bad, section=[bad, bad], rows={"bylines": [{"says": bad}]})
    after["fields"]["body"] = bad
    before = values(tags="", section=["", ""], rows={"bylines": []})
    answer = say(
        at_desk(reporter), COMPARE, user=reporter, tab=tab(), before=before, after=after
    ).json()
    assert "<script" not in answer["html"]
    assert "<img" not in answer["html"]


def test_the_same_text_is_said_to_be_the_same(reporter, at_desk):
    told = {"user": reporter, "tab": tab(), "before": values(), "after": values()}
    html = say(at_desk(reporter), COMPARE, **told).json()["html"]
    assert "It is the same as what stands in the form." in html


def test_a_kept_text_can_be_read_and_given_up_without_script(draft, reporter, at_desk):
    client, form = at_desk(reporter), tab()
    say(client, user=reporter, tab=form, article=draft.pk, written=4, values=values("Panen & raya"))
    page = client.get(page_of(form))
    assert b"Panen &amp; raya" in page.content
    assert b"Panen dimulai." in page.content
    assert client.get(discard(form)).status_code == 404
    assert client.post(discard(form), {"written": "4"}).status_code == 302
    assert kept(reporter) == []
    assert client.get(page_of(form)).status_code == 404


def test_the_desk_lists_texts_that_no_open_form_is_writing_on(draft, reporter, at_desk):
    client, closed, still_open, gone = at_desk(reporter), tab(), tab(), tab()
    told = {"user": reporter, "article": draft.pk, "written": 1}
    say(client, **told, tab=closed, values=values("<b>Panen</b>"))
    say(client, **told, tab=still_open, values=values("Sedang ditulis"), is_here=True)
    say(client, **told, tab=gone, values=values(""))
    KeptText.objects.filter(tab=gone).update(article=10**9)
    page = client.get(reverse("admin:index"))
    (panel,) = [one for one in page.context["panels"] if one.key == "not-saved"]
    assert [(row.title, row.url) for row in panel.rows] == [
        ("Without a headline", page_of(gone)),
        ("<b>Panen</b>", page_of(closed)),
    ]
    assert b"<b>Panen" not in page.content
    assert client.get(page_of(gone)).status_code == 200


# A story that has moved on meanwhile


def test_a_text_is_kept_also_when_its_story_cannot_be_edited_any_more(draft, reporter, at_desk):
    client, form = at_desk(reporter), tab()
    workflow.submit(draft, by=reporter)
    told = {"user": reporter, "tab": form, "article": draft.pk, "seen_version": 99}
    answer = say(client, **told, written=1, values=values(), is_here=True).json()
    assert answer["closed"] == (
        "This story cannot be edited any more (waiting for an editor). Your text is kept."
    )
    assert kept(reporter) == [(form, "Panen")]
    # The form of the story leads to it.
    assert page_of(form).encode() in client.get(change(draft)).content
    assert b"cannot be edited any more" in client.get(page_of(form)).content


def test_a_text_for_a_working_copy_outlives_it(reporter, editor, at_desk):
    story = ArticleFactory(created_by=editor)
    workflow.publish(story, by=editor, waved="In a test.")
    copy = changes.begin(story, by=editor)
    client, before, after = at_desk(editor), tab(), tab()
    told = {"user": editor, "article": copy.pk, "story": story.pk}
    say(client, **told, tab=before, written=1, values=values("Sebelum"))
    changes.publish(copy, by=editor)
    # A form that does not know yet that the copy has ended.
    answer = say(client, **told, tab=after, written=1, values=values("Sesudah")).json()
    assert answer["closed"].startswith("This version was published or given up meanwhile.")
    assert {one.article_id for one in keeping.of(editor)} == {story.pk}
    assert {one.tab for one in keeping.for_form(editor, story)} == {before, after}


def test_a_working_copy_is_offered_what_was_typed_into_its_story(editor, at_desk):
    story = ArticleFactory(created_by=editor)
    workflow.publish(story, by=editor, waved="In a test.")
    form = tab()
    say(at_desk(editor), user=editor, tab=form, article=story.pk, written=1, values=values())
    copy = changes.begin(story, by=editor)
    assert [one.tab for one in keeping.for_form(editor, copy)] == [form]


# How long


def test_what_nobody_came_back_for_goes_after_the_days_of_the_settings(reporter, settings):
    settings.UNSAVED_TEXTS_KEPT_DAYS = 3
    names = [tab(), tab()]
    for name, hours in zip(names, (71, 73), strict=True):
        keeping.keep(Sent(name, None, None, None, 1, values()), by=reporter)
        moment = timezone.now() - datetime.timedelta(hours=hours)
        KeptText.objects.filter(tab=name).update(kept_at=moment)
    assert keeping.sweep() == 1
    assert kept(reporter) == [(names[0], "Panen")]


def test_a_late_save_goes_after_the_days_of_the_settings_and_its_page_says_when(
    draft, reporter, at_desk, settings
):
    settings.LATE_SAVES_KEPT_DAYS = 30
    now = timezone.now()
    old, young = (
        versions.keep_late(draft, snapshot(draft) | {"headline": "Mine"}, by=reporter, seen=0)
        for _n in range(2)
    )
    for late, hours in ((old, 721), (young, 719)):
        created_at = now - datetime.timedelta(hours=hours)
        LateSave.objects.filter(pk=late.pk).update(created_at=created_at)
    assert sweep_late_saves() == 1
    assert list(LateSave.objects.all()) == [young]
    url = reverse("admin:articles_article_late", args=[draft.pk, young.pk])
    day = date_format(timezone.localtime(now + datetime.timedelta(hours=1)), "j F Y")
    page = at_desk(reporter).get(url).content.decode()
    assert f"Until {day} it waits for your choice; then it is given up." in page


def test_a_person_who_goes_takes_the_texts_along(member):
    user = member("reporter")
    keeping.keep(Sent(tab(), None, None, None, 1, values()), by=user)
    User.objects.filter(pk=user.pk).delete()
    assert not KeptText.objects.exists()


# In whatever order


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("keep"), st.integers(1, 12)),
        st.tuples(st.just("save"), st.integers(1, 12)),
    ),
    max_size=30,
)


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(actions=ACTIONS)
def test_in_whatever_order_words_arrive_the_newest_unsaved_one_is_kept(db, actions):
    user, name = StaffFactory(), tab()
    for what, number in actions:
        if what == "keep":
            keeping.keep(Sent(name, None, None, None, number, values(str(number))), by=user)
        else:
            keeping.forget(by=user, tab=name, written=number)
    newest = max((number for what, number in actions if what == "keep"), default=0)
    saved = max((number for what, number in actions if what == "save"), default=0)
    assert kept(user) == ([(name, str(newest))] if newest > saved else [])
