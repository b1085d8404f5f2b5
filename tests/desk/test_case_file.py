"""The case of a story: a ZIP with all that is known of it, by permission, written down, and checked here."""

from __future__ import annotations

import io
import json
import zipfile
from hashlib import sha256
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from articles import holding, revisions, workflow
from articles.models import Article, LiveEntry, Revision
from articles.sanitise import plain_text
from auditlog.models import Entry
from comments.choices import State
from replies import cases
from tests.comments.people import written
from tests.covering import covered, entry
from tests.factories import (
    ArticleFactory,
    ArticlePhotoFactory,
    AttendanceFactory,
    CorrectionFactory,
    PhotoFactory,
    PublicationFactory,
    UserFactory,
    VersionHoldFactory,
)


@pytest.fixture
def chief(member: Any) -> Any:
    return member("chief_editor", name="Ratna")


@pytest.fixture
def story(chief: Any) -> Article:
    PublicationFactory()
    story = ArticleFactory(status="in_review", is_ready=True, created_by=chief)
    workflow.approve(story, by=chief)
    workflow.publish(story, by=chief, waved="x")
    return story


def taken(client: Client, story: Article) -> zipfile.ZipFile:
    response = client.post(reverse("admin:story_case", args=[story.pk]))
    assert response.status_code == 200
    assert f"case-{story.pk}-" in response["Content-Disposition"]
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))


def test_every_file_of_a_case_has_the_hash_that_its_manifest_names(chief, story, at_desk):
    case = taken(at_desk(chief), story)
    assert case.testzip() is None
    lines = case.read("MANIFEST").decode().splitlines()
    sums = dict(reversed(line.split("  ")) for line in lines)
    assert set(sums) == set(case.namelist()) - {"MANIFEST"}
    for name, digest in sums.items():
        assert sha256(case.read(name)).hexdigest() == digest
    assert {name for name in sums if name.startswith("versions/")} == {
        f"versions/{number:05}.json" for number in story.revisions.values_list("number", flat=True)
    }


def test_a_case_holds_versions_people_comments_and_records_and_no_contacts(chief, story, at_desk):
    reader = UserFactory(is_staff=False, name="Rani", email="rani@rumah.example")
    AttendanceFactory(article=story)
    correction = CorrectionFactory(article=story, text="Yang benar: Selasa.")
    written(story, author=reader, state=State.APPROVED, body="Setuju sekali.", author_name="Rani")
    asked = {"story": "x", "name": "Andi Baso", "capacity": "named", "email": "andi@rumah.example"}
    request = cases.receive(
        article=story, phone="0812", wrong="Saya tidak hadir.", wanted="", **asked
    )
    case = taken(at_desk(chief), story)

    def told(name: str) -> Any:
        return json.loads(case.read(f"{name}.json"))

    assert told("story")["headline"] == story.headline
    assert told("people")["attendances"][0]["article_id"] == story.pk
    assert [row["id"] for row in told("corrections")] == [correction.pk]
    assert [row["body"] for row in told("comments")] == ["Setuju sekali."]
    assert told("replies")["requests"][0]["number"] == request.number
    assert told("replies")["requests"][0]["wrong"] == "Saya tidak hadir."
    actions = {row["action"] for row in told("audit_log")}
    assert {"story.approve", "story.publish", "data.exported"} <= actions
    whole = b"".join(case.read(name) for name in case.namelist()).decode(errors="replace")
    for contact in ("rani@rumah.example", "andi@rumah.example", "0812", "Andi Baso"):
        assert contact not in whole


def test_a_case_holds_the_photos_of_all_versions_as_they_were_shown(chief, at_desk):
    PublicationFactory()
    shown, before, in_text = PhotoFactory(credit="Antara"), PhotoFactory(), PhotoFactory()
    body = f'<p>Satu.</p><p><img src="{in_text.image.url}" alt="Laut"></p>'
    story = ArticleFactory(is_public=True, body=body)
    line = ArticlePhotoFactory(article=story, photo=before)
    revisions.record(story, by=chief)
    line.photo = shown
    line.save()
    revisions.record(story, by=chief)
    case = taken(at_desk(chief), story)
    for photo in (shown, before, in_text):
        with photo.image.open() as file:
            assert case.read(photo.image.name) == file.read()
    rows = json.loads(case.read("photos.json"))
    assert [(row["id"], row["file"]) for row in rows] == [
        (photo.pk, photo.image.name) for photo in (shown, before)
    ]
    assert "Antara" in {row["credit"] for row in rows}
    assert f'src="{in_text.image.name}"' in case.read("case.html").decode()


def test_a_photo_whose_file_is_gone_is_named_and_the_rest_is_there(chief, story, at_desk):
    photo = PhotoFactory(caption="Dermaga")
    ArticlePhotoFactory(article=story, photo=photo)
    revisions.record(story, by=chief)
    photo.image.storage.delete(photo.image.name)
    case = taken(at_desk(chief), story)
    assert photo.image.name not in case.namelist()
    (row,) = json.loads(case.read("photos.json"))
    assert (row["id"], row["file"], row["image"]) == (photo.pk, "", photo.image.name)
    assert "The file could not be read." in case.read("case.html").decode()


def test_nothing_outside_the_store_gets_into_a_case_by_an_address_in_a_text(chief, at_desk):
    story = ArticleFactory(is_public=True)
    Article.objects.filter(pk=story.pk).update(
        body='<p>a</p><img src="/media/../secret-key" alt=""><img src="/media/%2e%2e/manage.py" alt="">'
    )
    revisions.record(story, by=chief)
    case = taken(at_desk(chief), story)
    assert not [name for name in case.namelist() if ".." in name or name.startswith("photos/")]


def test_what_readers_and_strangers_write_names_no_file(chief, story, at_desk):
    other = PhotoFactory()
    said = f'src="{other.image.url}" src="/media/x%00y" src="/media//x"'
    written(story, body=said)
    asked = {"story": "x", "name": "Andi", "capacity": "named", "email": "andi@rumah.example"}
    cases.receive(article=story, phone="", wrong=said, wanted="", **asked)
    case = taken(at_desk(chief), story)
    assert not [name for name in case.namelist() if name.startswith("photos/")]


def test_while_the_store_does_not_answer_there_is_no_case_and_a_sentence_says_so(
    chief, story, at_desk, monkeypatch
):
    ArticlePhotoFactory(article=story)
    revisions.record(story, by=chief)

    def refuses(*_args, **_options):
        raise ConnectionRefusedError

    monkeypatch.setattr("newsroom.casefile.default_storage.open", refuses)
    client = at_desk(chief)
    page = client.post(reverse("admin:story_case", args=[story.pk]), follow=True)
    assert "The store of photos does not answer" in page.text
    assert not Entry.objects.filter(action="data.exported").exists()


def test_a_photo_that_a_live_entry_had_is_in_the_case(chief, at_desk):
    story, photo = covered(), PhotoFactory(credit="Antara")
    told = entry(story, by=chief, photo=photo)
    LiveEntry.objects.filter(pk=told.pk).update(photo=None, caption="")
    case = taken(at_desk(chief), story)
    assert photo.image.name in case.namelist()


def test_the_page_for_people_has_every_version_and_runs_nothing(chief, story, at_desk):
    correction = CorrectionFactory(article=story, text="Yang benar: <b>Selasa</b>.")
    holding.hold(correction, why="Identitas", by=chief)
    revision = revisions.record(story, by=chief, note="<script>alert(1)</script>")
    Revision.objects.filter(pk=revision.pk).update(
        snapshot=revision.snapshot
        | {"headline": "<i>Dua</i>", "body": "<p onclick=x>b</p><script>y</script>"}
    )
    page = taken(at_desk(chief), story).read("case.html").decode()
    assert "<script" not in page and "onclick" not in page
    assert "Yang benar: &lt;b&gt;Selasa&lt;/b&gt;." in page
    assert "Held back" in page and "Identitas" in page
    assert "&lt;i&gt;Dua&lt;/i&gt;" in page
    assert page.count("<article>") == story.revisions.count()


def test_live_entries_and_holds_are_in_a_case(chief, at_desk):
    story = covered()
    told = entry(story, by=chief)
    VersionHoldFactory(article=story, through=1)
    case = taken(at_desk(chief), story)
    assert [row["id"] for row in json.loads(case.read("live.json"))["entries"]] == [told.pk]
    assert plain_text(told.text) in case.read("case.html").decode()
    assert [row["through"] for row in json.loads(case.read("held_versions.json"))] == [1]


def test_that_a_case_was_taken_is_written_down(chief, story, at_desk):
    taken(at_desk(chief), story)
    row = Entry.objects.get(action="data.exported")
    assert (row.account, row.object_id, row.details) == (chief.pk, str(story.pk), {"as": "case"})


@pytest.mark.parametrize("role", ["reporter", "editor", "moderator", "ad_desk"])
def test_a_case_is_closed_to_others(role, member, story, at_desk):
    client = at_desk(member(role))
    assert client.post(reverse("admin:story_case", args=[story.pk])).status_code == 403
    assert not Entry.objects.filter(action="data.exported").exists()


def test_a_case_is_asked_for_with_a_button(chief, story, at_desk):
    client = at_desk(chief)
    url = reverse("admin:story_case", args=[story.pk])
    assert client.get(url).status_code == 405
    assert client.post(reverse("admin:story_case", args=[story.pk + 999])).status_code == 404
    page = client.get(reverse("admin:articles_article_history", args=[story.pk])).content.decode()
    assert url in page
