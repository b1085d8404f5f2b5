"""A snapshot in words, and two of them side by side: names, never ids, and nothing that could run."""

import pytest
from django.template.loader import render_to_string

from articles.choices import Capacity
from articles.comparing import MOST_BLOCKS, MOST_PIECES
from articles.models import Article
from articles.shown import Shown, compare, compare_shown, shown
from articles.snapshots import snapshot
from tests.factories import (
    ArticleFactory,
    ArticlePhotoFactory,
    AttendanceFactory,
    BylineFactory,
    OrganisationFactory,
    PersonFactory,
    PlaceFactory,
    RelatedArticleFactory,
    SectionFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def story():
    article = ArticleFactory(
        headline="Rapat mutu",
        standfirst="Wakil bupati membuka rapat.",
        body="<p>Satu <a href='https://a.example/'>dua</a>.</p>",
        section=SectionFactory(name="Pendidikan"),
        place=PlaceFactory(name="Tellulimpoe"),
        is_public=True,
        tags=["rapat", "guru"],
    )
    AttendanceFactory(
        article=article,
        person=PersonFactory(name="Sanneng"),
        name_as_printed="Sanneng",
        office_as_printed="Camat",
        represents_as_printed="Bupati",
        capacity=Capacity.ATTENDED,
        position=0,
    )
    AttendanceFactory(
        article=article,
        person=None,
        organisation=OrganisationFactory(name="Badan Perencanaan", short_name="Bappeda"),
        name_as_printed="",
        office_as_printed="",
        position=1,
    )
    BylineFactory(article=article, author__name="Rahma Nurdin")
    RelatedArticleFactory(article=article, related__headline="Rapat kemarin")
    return article


def as_dict(fields):
    return {one.label: one.value for one in fields}


def test_names_stand_where_a_snapshot_has_ids(story):
    photo = ArticlePhotoFactory(article=story, caption="Suasana rapat", alt_text="Orang duduk")
    seen = as_dict(shown(snapshot(story)))
    assert seen["Headline"] == "Rapat mutu"
    assert seen["Text"] == "Satu dua."
    assert seen["Section"] == "Pendidikan"
    assert seen["Dateline"] == "District Tellulimpoe"
    assert seen["Kind"] == "news"
    assert seen["Tragedy"] == "no"
    assert seen["Tags"] == ["guru", "rapat"]
    assert seen["Bylines"] == ["Rahma Nurdin (reporter)"]
    assert seen["Photos"] == [
        f"Photo {photo.photo_id}: Suasana rapat · alternative text: Orang duduk"
        " · credit: Baso Ilham"
    ]
    assert seen["Present"] == [
        "Sanneng, Camat, on behalf of Bupati (attended)",
        "representatives of Bappeda (attended)",
    ]
    assert seen["Related stories"] == ["Rapat kemarin"]
    assert seen["Publication"].endswith("WITA")


def test_what_is_gone_since_is_said_to_be_gone(story):
    then = snapshot(story)
    gone = {"section_id": 10**8, "related": [10**8, 2**70], "bylines": [{"author_id": 10**8}]}
    seen = as_dict(shown(then | gone))
    assert seen["Section"] == "(no longer there)"
    assert seen["Related stories"] == ["(no longer there)", "(no longer there)"]
    assert seen["Bylines"] == ["(no longer there)"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_do_not_depend_on_the_number_of_rows(count, story, django_assert_num_queries):
    for n in range(count):
        ArticlePhotoFactory(article=story)
        AttendanceFactory(article=story, name_as_printed=f"Orang {n}", position=5 + n)
        RelatedArticleFactory(article=story)
    before = snapshot(story)
    # Sections, places, stories, authors, photos, institutions.
    with django_assert_num_queries(6):
        shown(before)
    with django_assert_num_queries(6):
        compare(before, before | {"headline": "Lain"})


def test_two_snapshots_are_compared_field_by_field(story):
    before = snapshot(story)
    story.attendances.filter(person__isnull=False).update(office_as_printed="Sekretaris Camat")
    Article.objects.filter(pk=story.pk).update(
        headline="Rapat mutu guru", is_tragedy=True, section=SectionFactory(name="Ekonomi")
    )
    diffs = compare(before, snapshot(story))
    assert [diff.label for diff in diffs] == ["Headline", "Section", "Tragedy", "Present"]
    headline, section, tragedy, present = diffs
    assert [(p.kind, p.text) for p in headline.blocks[0].pieces] == [
        ("same", "Rapat mutu"),
        ("added", " guru"),
    ]
    assert (section.before, section.after) == ("Pendidikan", "Ekonomi")
    assert (tragedy.before, tragedy.after) == ("no", "yes")
    assert [line.kind for line in present.lines] == ["changed", "same"]


def test_a_link_that_leads_elsewhere_is_seen_though_no_word_changed(story):
    before = snapshot(story)
    after = before | {"body": before["body"].replace("a.example", "b.example")}
    (diff,) = compare(before, after)
    assert diff.blocks == ()
    assert [(one.label, [line.text for line in one.lines]) for one in diff.more] == [
        ("Links", ["https://b.example/"])
    ]


def test_where_nothing_printed_differs_that_is_said(story):
    before = snapshot(story)
    after = before | {"body": before["body"].replace("Satu", "<strong>Satu</strong>")}
    assert [diff.note for diff in compare(before, after)] == [
        "The words are the same; only the formatting differs."
    ]
    line = before["attendances"][0]
    other = {"attendances": [line | {"person_id": 10**6}, before["attendances"][1]]}
    assert [diff.note for diff in compare(before, before | other)] == [
        "What is printed is the same; an entry behind it is another one."
    ]


def test_a_key_that_an_older_snapshot_did_not_know_is_no_difference(story):
    now = snapshot(story)
    older = {key: value for key, value in now.items() if key != "unpublish_at"}
    assert compare(older, now) == []
    assert "Public until" not in as_dict(shown(older))


def test_fields_from_elsewhere_are_compared_without_the_database(story, django_assert_num_queries):
    before, after = (
        shown(snapshot(story)),
        shown(snapshot(story) | {"headline": "Lain sama sekali"}),
    )
    with django_assert_num_queries(0):
        assert [diff.key for diff in compare_shown(before, after)] == ["headline"]


def test_the_page_escapes_everything_and_cleans_old_texts(story):
    before = snapshot(story)
    evil = "<script>alert(1)</script>"
    after = before | {
        "headline": f"Rapat {evil}",
        "body": f"<p>Satu {evil}<img src=x onerror=alert(1)>dua & <b>tiga</b></p>",
        "slug": evil,
        "tags": [evil],
        "sponsor": evil,
    }
    html = render_to_string("admin/articles/difference.html", {"diffs": compare(before, after)})
    assert "<script" not in html and "<img" not in html
    assert html.count("&lt;script&gt;") == 4
    assert '<ins data-word="added" data-end="end"> &amp; tiga</ins>' in html


def test_unchanged_paragraphs_far_from_a_change_are_folded(story):
    lines = [f"<p>Paragraf nomor {n} dari berita ini.</p>" for n in range(12)]
    before = snapshot(story) | {"body": "".join(lines)}
    lines[6] = "<p>Paragraf nomor enam dari berita ini.</p>"
    (diff,) = compare(before, before | {"body": "".join(lines)})
    assert [len(getattr(part, "blocks", "x")) for part in diff.folded] == [5, 1, 1, 1, 4]
    html = render_to_string("admin/articles/difference.html", {"diffs": [diff]})
    assert "5 paragraphs unchanged" in html


def pieces_of(diff):
    rows = [*diff.blocks, *diff.lines]
    return len(rows), sum(len(row.pieces) for row in rows)


NOT_WHOLE = "Only a part is shown, from the first change on"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # Each paragraph is another one; every second one; one paragraph of very many changed words.
        *(([f"a{n}" for n in range(20_000)], [f"b{n}" for n in range(20_000)]),),
        *(
            (
                [f"s{n}" for n in range(20_000)],
                [f"s{n}" if n % 2 else f"b{n}" for n in range(20_000)],
            ),
        ),
        (
            [" ".join(map(str, range(60_000)))],
            [" ".join("x" if n % 5 == 0 else str(n) for n in range(60_000))],
        ),
    ],
    ids=["all", "every second", "one paragraph"],
)
def test_a_comparison_never_shows_more_than_a_page_can_hold(before, after):
    [diff] = compare_shown(
        [Shown("body", "Text", "words", "\n".join(before))],
        [Shown("body", "Text", "words", "\n".join(after))],
    )
    rows, pieces = pieces_of(diff)
    assert 0 < rows <= MOST_BLOCKS
    assert 0 < pieces <= MOST_PIECES
    assert diff.note.startswith(NOT_WHOLE)


def test_of_a_very_long_text_the_change_is_shown_and_not_its_beginning():
    before = [f"s{n}" for n in range(9_000)]
    after = [*before[:8_000], "baru", *before[8_000:]]
    [diff] = compare_shown(
        [Shown("body", "Text", "words", "\n".join(before))],
        [Shown("body", "Text", "words", "\n".join(after))],
    )
    assert [(block.kind, block.text) for block in diff.blocks[:3]] == [
        ("same", "s7999"),
        ("added", "baru"),
        ("same", "s8000"),
    ]
    assert len(diff.blocks) == 1_002
    assert diff.note.startswith(NOT_WHOLE)


def test_a_very_long_list_is_shown_in_part_and_a_long_one_whole():
    for count, is_whole in ((3_000, True), (30_000, False)):
        [diff] = compare_shown(
            [Shown("related", "Related", "items", [f"a{n}" for n in range(1_000)])],
            [Shown("related", "Related", "items", [f"b{n}" for n in range(count)])],
        )
        assert pieces_of(diff)[0] == (4_000 if is_whole else MOST_BLOCKS)
        assert diff.note.startswith(NOT_WHOLE) is not is_whole
