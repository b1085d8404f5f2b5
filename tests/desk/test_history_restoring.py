"""Bringing back what a story was: seen before it happens, as a new version, never over what nobody saw."""

import pytest
from django.contrib.messages import get_messages

from articles import changes, workflow
from articles.choices import Kind, Status
from articles.models import Article
from articles.snapshots import snapshot
from tests.desk.test_history import page, write
from tests.desk.test_story_form import change
from tests.factories import ArticleFactory, AttendanceFactory, SectionFactory


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def problems(response):
    return [str(error) for errors in response.context["problems"] for error in errors]


@pytest.fixture
def written(draft, reporter):
    AttendanceFactory(article=draft, name_as_printed="Sanneng", office_as_printed="Camat")
    write(draft, reporter, headline="Satu", body="<p>Teks satu.</p>")
    draft.attendances.update(office_as_printed="Sekretaris Camat")
    write(draft, reporter, headline="Dua", body="<p>Teks dua.</p>")
    return draft


def sent(client, article, number, **changes):
    """What a browser sends back from the page with everything ticked."""
    response = client.get(page("restore", article, number))
    data = {
        "seen_version": response.context["seen_version"],
        "keys": [diff.key for diff, is_chosen in response.context["choices"] if is_chosen],
    }
    return data | changes


def test_what_would_come_back_is_shown_before_anything_happens(written, reporter, at_desk):
    response = at_desk(reporter).get(page("restore", written, 1))
    assert [diff.key for diff, _chosen in response.context["choices"]] == [
        "headline",
        "body",
        "attendances",
    ]
    headline = response.context["choices"][0][0]
    assert [(block.kind, block.text) for block in headline.blocks] == [
        ("removed", "Dua"),
        ("added", "Satu"),
    ]


def test_a_whole_version_comes_back_as_a_new_one(written, reporter, at_desk):
    client = at_desk(reporter)
    response = client.post(page("restore", written, 1), sent(client, written, 1))
    assert response.url == change(written)
    assert told(response) == ["Version 1 is back."]
    assert snapshot(written) == written.revisions.get(number=1).snapshot
    newest = written.revisions.first()
    assert (newest.number, newest.note, newest.created_by) == (3, "Version 1 restored", reporter)
    assert newest.changed == ["headline", "body", "attendances"]


def test_single_fields_come_back_and_the_others_stay(written, reporter, at_desk):
    client = at_desk(reporter)
    client.post(page("restore", written, 1), sent(client, written, 1, keys=["attendances"]))
    written.refresh_from_db()
    assert written.headline == "Dua"
    assert written.attendances.get().office_as_printed == "Camat"


def test_what_a_colleague_wrote_meanwhile_is_not_overwritten(written, reporter, editor, at_desk):
    client = at_desk(reporter)
    data = sent(client, written, 1, keys=["headline"])
    write(written, editor, headline="Tiga")
    response = client.post(page("restore", written, 1), data)
    assert problems(response) == [
        "Hasrullah Makmur changed the story after you opened it. This is how it stands now."
    ]
    written.refresh_from_db()
    assert written.headline == "Tiga"
    # What was chosen is still chosen, and the page shows the new version now.
    assert [d.key for d, chosen in response.context["choices"] if chosen] == ["headline"]
    again = data | {"seen_version": response.context["seen_version"]}
    assert client.post(page("restore", written, 1), again).status_code == 302
    written.refresh_from_db()
    assert written.headline == "Satu"


@pytest.mark.parametrize("seen", ["", "0", "-5", "x", "1\x00"])
def test_a_form_that_does_not_say_what_it_saw_brings_nothing_back(seen, written, reporter, at_desk):
    client = at_desk(reporter)
    data = sent(client, written, 1, seen_version=seen)
    response = client.post(page("restore", written, 1), data)
    assert response.status_code == 200
    written.refresh_from_db()
    assert written.headline == "Dua"


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ([], "Choose at least one field."),
        (["slug\x00"], "This field does not differ any more."),
        (["publish_at"], "This field does not differ any more."),
        (["standfirst"], "This field does not differ any more."),
    ],
)
def test_fields_that_cannot_be_chosen_are_a_sentence(keys, sentence, written, reporter, at_desk):
    client = at_desk(reporter)
    response = client.post(page("restore", written, 1), sent(client, written, 1, keys=keys))
    assert problems(response) == [sentence]


def test_a_public_story_gets_its_working_copy_and_readers_see_nothing(editor, at_desk):
    story = ArticleFactory(is_public=True, headline="Satu")
    write(story, editor)
    write(story, editor, headline="Dua")
    client = at_desk(editor)
    response = client.post(page("restore", story, 1), sent(client, story, 1))
    copy = changes.copy_of(story)
    assert response.url == change(copy)
    assert (copy.headline, Article.objects.get(pk=story.pk).headline) == ("Satu", "Dua")
    assert story.revisions.first().is_working


def test_a_working_copy_that_is_there_is_what_comes_back_is_written_into(editor, at_desk):
    story = ArticleFactory(is_public=True, headline="Satu", standfirst="Teras.")
    write(story, editor)
    copy = changes.begin(story, by=editor)
    write(copy, editor, headline="Dua", standfirst="Teras baru.")
    client = at_desk(editor)
    response = client.get(page("restore", story, 1))
    assert [diff.key for diff, _c in response.context["choices"]] == ["headline", "standfirst"]
    client.post(page("restore", story, 1), sent(client, story, 1, keys=["headline"]))
    copy.refresh_from_db()
    assert (copy.headline, copy.standfirst) == ("Satu", "Teras baru.")


def test_a_copy_that_a_colleague_began_meanwhile_is_not_overwritten(editor, member, at_desk):
    other = member("chief_editor", name="Nurhayati")
    story = ArticleFactory(is_public=True, headline="Satu")
    write(story, editor)
    write(story, editor, headline="Dua")
    client = at_desk(editor)
    data = sent(client, story, 1)
    write(changes.begin(story, by=other), other, headline="Tiga")
    response = client.post(page("restore", story, 1), data)
    assert "Nurhayati changed the story after you opened it." in problems(response)[0]
    assert changes.copy_of(story).headline == "Tiga"


def test_older_copies_that_were_given_up_are_no_conflict(editor, at_desk):
    story = ArticleFactory(is_public=True, headline="Satu")
    write(story, editor)
    write(story, editor, headline="Dua")
    copy = changes.begin(story, by=editor)
    write(copy, editor, headline="Tiga")
    changes.discard(copy, by=editor)
    client = at_desk(editor)
    assert client.post(page("restore", story, 1), sent(client, story, 1)).status_code == 302
    assert changes.copy_of(story).headline == "Satu"


def test_what_is_gone_since_is_named(written, reporter, at_desk):
    gone = SectionFactory()
    revision = written.revisions.get(number=1)
    revision.snapshot |= {"section_id": gone.pk}
    revision.save()
    gone.delete()
    client = at_desk(reporter)
    response = client.post(page("restore", written, 1), sent(client, written, 1))
    assert told(response) == [
        "Version 1 is back.",
        "Not brought back, because it is gone from the newsroom: Section.",
    ]


def test_fields_that_cannot_stand_with_the_others_are_a_sentence(editor, at_desk):
    story = ArticleFactory(is_scheduled=True, kind=Kind.PAID, sponsor="PT Padi")
    write(story, editor)
    write(story, editor, kind=Kind.NEWS, sponsor="")
    client = at_desk(editor)
    response = client.post(page("restore", story, 1), sent(client, story, 1, keys=["kind"]))
    assert problems(response) == [
        "These fields cannot stand beside the others as they are now: take more of them."
    ]
    story.refresh_from_db()
    assert story.kind == Kind.NEWS


def test_a_story_that_waits_for_its_time_gets_no_blocking_finding(editor, at_desk):
    story = ArticleFactory(is_scheduled=True, body="")
    write(story, editor)
    write(story, editor, body="<p>Isi berita.</p>")
    client = at_desk(editor)
    response = client.post(page("restore", story, 1), sent(client, story, 1))
    assert response.status_code == 200 and problems(response)
    story.refresh_from_db()
    assert story.body == "<p>Isi berita.</p>"


def test_a_reporter_brings_nothing_back_into_what_was_handed_in(written, reporter, at_desk):
    client = at_desk(reporter)
    data = sent(client, written, 1)
    workflow.submit(written, by=reporter)
    response = client.get(page("restore", written, 1))
    assert response.context["why_not"] == "You may not change this story as it stands now."
    response = client.post(page("restore", written, 1), data)
    assert problems(response) == ["You may not change this story as it stands now."]
    written.refresh_from_db()
    assert (written.headline, written.status) == ("Dua", Status.IN_REVIEW)


def test_a_reporter_brings_nothing_back_into_a_colleagues_story(written, member, at_desk):
    client = at_desk(member("reporter", name="Baso"))
    response = client.post(page("restore", written, 1), {"keys": ["headline"], "seen_version": 2})
    assert problems(response) == ["You may not change this story as it stands now."]


def test_a_version_that_is_not_there_leads_to_the_history(written, reporter, at_desk):
    client = at_desk(reporter)
    for number in (9, 10**20):
        response = client.get(page("restore", written, number))
        assert response.url == page("history", written)
