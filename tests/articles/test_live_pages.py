"""Live coverage as readers have it: a piece of the story's page, and what open pages are told."""

from __future__ import annotations

import datetime
import json
import re
from typing import Any

import pytest
from django.utils import timezone

from articles import live
from articles.live import Words, showing
from articles.models import Article, LiveEntry, Place
from articles.views import blocks
from tests.covering import covered, entry, member
from tests.factories import ArticleFactory, AuthorFactory, PhotoFactory
from tests.pagecache.house import House

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def editor():
    return member("editor")


def anchors(text: str) -> list[int]:
    return [int(number) for number in re.findall(r'id="entri-(\d+)"', text)]


def updates(client: Any, story: Article, position: int) -> Any:
    return client.get(f"{story.get_absolute_url()}langsung/", {"sesudah": position})


def filled(story: Article, count: int, by: Any) -> list[LiveEntry]:
    now = timezone.now()
    return [
        entry(story, f"Kabar {n}", by=by, happened_at=now - datetime.timedelta(minutes=count - n))
        for n in range(1, count + 1)
    ]


# The page


def test_entries_stand_newest_first_and_the_other_way_when_asked(client, editor):
    story = covered(by=editor)
    filled(story, 3, editor)
    url = story.get_absolute_url()
    assert anchors(client.get(url).content.decode()) == [3, 2, 1]
    assert anchors(client.get(f"{url}?urut=terlama").content.decode()) == [1, 2, 3]


def test_above_the_text_stands_that_it_is_live_and_when_the_newest_entry_came(client, editor):
    story = covered(by=editor)
    url = story.get_absolute_url()
    [way] = re.findall(r'<p class="live-way">.*?</p>', client.get(url).content.decode())
    assert '<a href="#langsung"><strong>Live</strong> To the entries</a>' in way
    newest = filled(story, 2, editor)[-1]
    [way] = re.findall(r'<p class="live-way">.*?</p>', client.get(url).content.decode())
    assert "<strong>Live</strong> Newest entry" in way
    assert f'datetime="{newest.local_happened_at.isoformat(timespec="seconds")}"' in way
    live.end(story, by=editor)
    [way] = re.findall(r'<p class="live-way">.*?</p>', client.get(url).content.decode())
    assert way == '<p class="live-way"><a href="#langsung">Live coverage</a></p>'


def test_a_story_without_coverage_has_nothing_of_it(client):
    text = client.get(ArticleFactory(is_public=True).get_absolute_url()).content.decode()
    assert "langsung" not in text and "live.css" not in text


def test_pages_of_entries_go_on_where_the_one_before_ended_in_both_orders(client, editor):
    story = covered(by=editor)
    size = showing.PAGE_SIZE
    moment = timezone.now() - datetime.timedelta(minutes=5)
    # All at the same time: the number decides.
    for n in range(size + 2):
        entry(story, f"Kabar {n}", by=editor, happened_at=moment)
    url = story.get_absolute_url()
    for order, expected in (
        ("", [*range(size + 2, 0, -1)]),
        ("?urut=terlama", [*range(1, size + 3)]),
    ):
        text = client.get(url + order).content.decode()
        found = anchors(text)
        link = re.search(r'rel="next" href="([^"#]+)#langsung"', text)
        assert link
        text = client.get(url + link[1].replace("&amp;", "&")).content.decode()
        assert found + anchors(text) == expected
        assert 'rel="next"' not in text


def test_the_address_of_an_entry_leads_to_the_page_that_begins_with_it(client, editor):
    story = covered(by=editor)
    filled(story, showing.PAGE_SIZE + 3, editor)
    url = story.get_absolute_url()
    assert anchors(client.get(f"{url}?entri=2").content.decode()) == [2, 1]
    assert anchors(client.get(f"{url}?entri=2&urut=terlama").content.decode())[:2] == [2, 3]
    # One that is not there, or is none.
    for number in ("999", "x"):
        assert (
            anchors(client.get(f"{url}?entri={number}").content.decode())[0]
            == showing.PAGE_SIZE + 3
        )


def test_a_made_up_cursor_is_not_found(client, editor):
    story = covered(by=editor)
    assert client.get(f"{story.get_absolute_url()}?sebelum=x").status_code == 404


def test_an_entry_shows_its_clock_place_author_and_that_it_was_changed(client, editor):
    story = covered(by=editor)
    ambon = Place.objects.get(code="81.71")
    found = entry(
        story, by=editor, place=ambon, title="Judul", author=AuthorFactory(name="Sahrul Gani")
    )
    words = Words(text="<p>Lain.</p>", title="Judul", place=ambon, author=found.author)
    live.change(found, words, by=editor, seen=found.position)
    text = client.get(story.get_absolute_url()).content.decode()
    assert re.search(r"<time [^>]+>\d\d\.\d\d WIT</time>", text)
    assert ambon.short_name in text and "Judul" in text
    assert re.search(r"Updated <time [^>]+>\d\d\.\d\d WIT</time>", text)


def test_a_withdrawn_entry_leaves_its_line_and_none_of_its_words(client, editor):
    story = covered(by=editor)
    photo = PhotoFactory()
    found = entry(story, "Rahasia", by=editor, title="Rahasia", photo=photo)
    live.withdraw(found, by=editor, word="Angka itu keliru.")
    text = client.get(story.get_absolute_url()).content.decode()
    assert re.search(r"This entry was withdrawn at \d\d\.\d\d WITA:\s+Angka itu keliru\.", text)
    assert "Rahasia" not in text and photo.image.name.rpartition("/")[2].split(".")[0] not in text
    assert anchors(text) == [1]


def test_key_points_stand_on_top_in_their_order(client, editor):
    story = covered(by=editor)
    rows = filled(story, 3, editor)
    for row in (rows[2], rows[0]):
        live.pin(row, by=editor)
    text = client.get(story.get_absolute_url()).content.decode()
    points = text.partition('class="live-points"')[2].partition("</section>")[0]
    assert re.findall(r"#entri-(\d)", points) == ["3", "1"]


def test_a_story_that_protects_identities_shows_no_photo_of_an_entry(client, editor):
    story = covered(by=editor, is_identity_protected=True)
    photo = PhotoFactory()
    picture = f'<img src="{photo.image.url}" alt="">'
    live.add(story, Words(text=f"<p>Satu {picture}</p>", photo=photo), by=editor)
    text = client.get(story.get_absolute_url()).content.decode()
    assert (
        "Satu" in text
        and photo.image.url not in text
        and "<img" not in text.partition('id="langsung"')[2].partition("</section>")[0]
    )


def test_no_letter_of_a_text_is_taken_for_the_place_of_the_coverage(client, editor):
    story = covered(by=editor, body="<p>Air\1naik\1.</p>")
    entry(story, "Satu\1dua", by=editor)
    text = client.get(story.get_absolute_url()).content.decode()
    assert text.count('id="langsung"') == 1
    assert "Air\1naik\1." in text and "Satu\1dua" in text and "\0" not in text


def test_after_the_end_the_page_says_so_and_asks_no_more(client, editor):
    story = covered(by=editor)
    entry(story, by=editor)
    assert "data-live " in client.get(story.get_absolute_url()).content.decode()
    live.end(story, by=editor)
    text = client.get(story.get_absolute_url()).content.decode()
    assert (
        "The live coverage ended" in text
        and "data-live " not in text
        and "site/live.js" not in text
    )


def test_structured_data_tells_the_entries_and_not_the_withdrawn_ones(client, editor):
    story = covered(by=editor)
    one, two = filled(story, 2, editor)
    live.withdraw(one, by=editor, word="Keliru")
    live.end(story, by=editor)
    text = client.get(story.get_absolute_url()).content.decode()
    found = [
        json.loads(one)
        for one in re.findall(r'<script type="application/ld\+json">(.+?)</script>', text)
    ]
    blog = next(data for data in found if data["@type"] == "LiveBlogPosting")
    story.coverage.refresh_from_db()
    assert blog["coverageStartTime"] == story.coverage.begun_at.astimezone(story.zone).isoformat(
        timespec="seconds"
    )
    assert blog["coverageEndTime"] == story.coverage.ended_at.astimezone(story.zone).isoformat(
        timespec="seconds"
    )
    assert [
        (update["@type"], update["headline"], update["articleBody"])
        for update in blog["liveBlogUpdate"]
    ] == [
        ("BlogPosting", "Kabar 2", "Kabar 2"),
    ]
    assert blog["liveBlogUpdate"][0]["datePublished"] == two.local_happened_at.isoformat(
        timespec="seconds"
    )


def test_lists_label_a_story_while_its_coverage_runs(client, editor):
    story = covered(by=editor)
    label = '<p class="label live-label">Live</p>'
    assert label in client.get(story.section.get_absolute_url()).content.decode()
    live.end(story, by=editor)
    assert label not in client.get(story.section.get_absolute_url()).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_a_live_story_of_which_nothing_is_kept_costs_five_queries(
    reader, django_assert_num_queries, count, editor
):
    for _ in range(blocks.LATEST + 1):
        ArticleFactory(is_public=True)
    before = timezone.now() - datetime.timedelta(days=2)
    reader.get(ArticleFactory(is_public=True, publish_at=before).get_absolute_url())
    story = covered(by=editor, publish_at=before)
    for n in range(count):
        found = entry(
            story,
            by=editor,
            author=AuthorFactory(),
            photo=PhotoFactory(),
            place=Place.objects.get(code=f"{73 + n % 2}"),
        )
        live.pin(found, by=editor)
    # The two of a story; the coverage, its entries, its key points.
    with django_assert_num_queries(5):
        assert reader.get(story.get_absolute_url()).status == 200


# What open pages are told


def test_nothing_new_is_a_tiny_answer_and_one_query(client, editor, django_assert_num_queries):
    story = covered(by=editor)
    entry(story, by=editor)
    with django_assert_num_queries(1):
        answer = updates(client, story, 1)
    assert answer.content == b'{"position": 1}'
    assert (
        client.get(
            f"{story.get_absolute_url()}langsung/?sesudah=1",
            headers={"if-none-match": answer["ETag"]},
        ).status_code
        == 304
    )


def test_what_is_new_changed_pinned_and_withdrawn_is_told_once(client, editor):
    story = covered(by=editor)
    one, two = filled(story, 2, editor)
    live.change(one, Words(text="<p>Lain</p>"), by=editor, seen=one.position)
    told = updates(client, story, 2).json()
    assert (told["position"], [row["number"] for row in told["entries"]], told["isMore"]) == (
        3,
        [1],
        False,
    )
    assert "Lain" in told["entries"][0]["html"] and told["pinned"].strip() == ""
    live.pin(two, by=editor)
    live.withdraw(LiveEntry.objects.get(pk=one.pk), by=editor, word="Keliru")
    told = updates(client, story, 3).json()
    assert [row["number"] for row in told["entries"]] == [2, 1]
    assert "#entri-2" in told["pinned"] and "Keliru" in told["entries"][1]["html"]
    assert updates(client, story, told["position"]).json() == {"position": 5}


def test_the_end_is_told_and_a_position_from_beyond_is_the_newest(client, editor):
    story = covered(by=editor)
    entry(story, by=editor)
    live.end(story, by=editor)
    told = updates(client, story, 1).json()
    assert (told["isRunning"], told["entries"]) == (False, [])
    assert "The live coverage ended" in told["state"]
    assert updates(client, story, 999).json() == {"position": 2}


def test_much_at_once_comes_in_pieces(client, editor, monkeypatch):
    monkeypatch.setattr(showing, "MOST_AT_ONCE", 2)
    story = covered(by=editor)
    filled(story, 5, editor)
    position, seen = 0, []
    for _ in range(3):
        told = updates(client, story, position).json()
        position = told["position"]
        seen += [row["number"] for row in told["entries"]]
    assert (seen, told["isMore"]) == ([1, 2, 3, 4, 5], False)


def test_only_public_stories_answer(client, editor):
    for fields, status in (
        ({"is_public": False}, 404), ({"is_public": False, "is_scheduled": True}, 404), ({}, 200),
    ):  # fmt: skip
        story = covered(by=editor, **fields)
        assert updates(client, story, 0).status_code == status
    assert updates(client, ArticleFactory(is_public=True), 0).status_code == 404
    for position in ("x", "", "-1", "9" * 12):
        assert updates(client, story, position).status_code == 404


def test_what_was_taken_from_the_public_takes_its_entries_along(client, editor):
    story = covered(by=editor)
    entry(story, "Rahasia", by=editor)
    Article.objects.filter(pk=story.pk).update(unpublish_at=timezone.now())
    answer = updates(client, story, 0)
    assert (answer.status_code, b"Rahasia" in answer.content) == (410, False)
    assert b"Rahasia" not in client.get(story.get_absolute_url()).content


def test_what_is_kept_ends_with_each_thing_that_happens(monkeypatch, editor):
    story = covered(by=editor)
    found = entry(story, by=editor)
    house, url = House(monkeypatch), story.get_absolute_url()
    asked = f"{url}langsung/?sesudah=0"
    acts = (
        lambda: entry(story, "Dua", by=editor),
        lambda: live.pin(found, by=editor),
        lambda: live.change(found, Words(text="<p>Lain</p>"), by=editor, seen=3),
        lambda: live.withdraw(found, by=editor, word="Keliru"),
        lambda: live.end(story, by=editor),
    )
    for act in acts:
        for address in (url, asked):
            house.read(address)
            assert house.read(address).how == "hit"
        act()
        house.hear()
        for address in (url, asked):
            answered = house.read(address)
            assert (answered.how, answered.body) == ("made", house.render(address).body)
