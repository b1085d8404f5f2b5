"""Two versions made one: what only one changed is taken, and nothing that was written is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.merging import Conflict, merge, merge_html, paragraphs_of
from articles.sanitise import clean_body

BASE = "Satu\nDua\nTiga\nEmpat"


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        ("Satu A\nDua\nTiga\nEmpat", "Satu\nDua\nTiga\nEmpat B", "Satu A\nDua\nTiga\nEmpat B"),
        # Neighbouring paragraphs are two things.
        ("Satu\nDua A\nTiga\nEmpat", "Satu\nDua\nTiga B\nEmpat", "Satu\nDua A\nTiga B\nEmpat"),
        ("Satu\nDua\nBaru\nTiga\nEmpat", "Satu\nTiga\nEmpat", "Satu\nBaru\nTiga\nEmpat"),
        ("Satu\nDua\nTiga\nEmpat\nLima", "Nol\n" + BASE, "Nol\nSatu\nDua\nTiga\nEmpat\nLima"),
        ("Satu\nDua X\nTiga\nEmpat", "Satu\nDua X\nTiga\nEmpat", "Satu\nDua X\nTiga\nEmpat"),
        ("", BASE, ""),
    ],
)
def test_what_only_one_side_changed_is_taken(mine, theirs, expected):
    merged = merge(BASE, mine, theirs)
    assert (merged.text, merged.conflicts) == (expected, [])


@pytest.mark.parametrize(
    ("mine", "theirs", "conflict"),
    [
        (
            "Satu\nDua A\nTiga\nEmpat",
            "Satu\nDua B\nTiga\nEmpat",
            Conflict(base="Dua", mine="Dua A", theirs="Dua B"),
        ),
        (
            "Satu\nTiga\nEmpat",
            "Satu\nDua B\nTiga\nEmpat",
            Conflict(base="Dua", mine="", theirs="Dua B"),
        ),
        # Both wrote in one gap: the order is for a person to say.
        (BASE + "\nLima A", BASE + "\nLima B", Conflict(base="", mine="Lima A", theirs="Lima B")),
    ],
)
def test_what_both_changed_is_a_conflict_and_stands_as_theirs_until_it_is_chosen(
    mine, theirs, conflict
):
    merged = merge(BASE, mine, theirs)
    assert merged.conflicts == [conflict]
    assert merged.text == theirs
    assert merged.chosen(["mine"]) == mine
    assert conflict.theirs in merged.both and conflict.mine in merged.both


def test_what_both_wrote_alike_is_no_part_of_the_conflict():
    merged = merge("Satu", "Nol\nSatu A\nAkhir", "Nol\nSatu B\nAkhir")
    assert merged.parts == ("Nol", Conflict("Satu", "Satu A", "Satu B"), "Akhir")


def test_html_is_merged_by_its_outermost_parts():
    base = "<p>Satu</p><ul><li>a</li><li>b</li></ul><p>Dua</p>"
    mine = "<p>Satu <strong>A</strong></p><ul><li>a</li><li>b</li></ul><p>Dua</p>"
    theirs = "<p>Satu</p><ul><li>a</li><li>c</li></ul><p>Dua</p><script>x()</script>"
    merged = merge_html(base, mine, theirs)
    assert merged.conflicts == []
    assert merged.text == ("<p>Satu <strong>A</strong></p><ul><li>a</li><li>c</li></ul><p>Dua</p>")


@pytest.mark.parametrize(
    ("html", "parts"),
    [
        ("", []),
        ("lepas <em>saja</em><p>Satu</p>", ["lepas <em>saja</em>", "<p>Satu</p>"]),
        ("<p>a</p><hr><p>b</p>", ["<p>a</p>", "<hr>", "<p>b</p>"]),
        ("<p>a</p>lepas<br>lagi", ["<p>a</p>", "lepas<br>lagi"]),
        (
            '<figure><img src="/media/a.jpg" alt="1 > 0"><figcaption>x</figcaption></figure><p>b</p>',
            [
                '<figure><img src="/media/a.jpg" alt="1 > 0"><figcaption>x</figcaption></figure>',
                "<p>b</p>",
            ],
        ),
        (
            "<blockquote><p>a</p><p>b</p></blockquote>",
            ["<blockquote><p>a</p><p>b</p></blockquote>"],
        ),
    ],
)
def test_html_falls_into_its_outermost_parts(html, parts):
    assert paragraphs_of(html) == parts


texts = st.lists(st.sampled_from(["a", "b", "c", "d", ""]), max_size=7).map("\n".join)


@given(texts, texts)
def test_a_side_that_changed_nothing_changes_nothing(base, changed):
    for merged in (merge(base, changed, base), merge(base, base, changed)):
        assert (merged.text, merged.conflicts) == (changed, [])
    assert merge(base, changed, changed).text == changed


@given(texts, texts, texts)
def test_nothing_that_somebody_wrote_is_missing_when_both_are_kept(base, mine, theirs):
    kept = merge(base, mine, theirs).both.split("\n")
    for side in (mine, theirs):
        assert set(side.split("\n")) - set(base.split("\n")) <= {*kept, ""}


@given(texts, texts, texts)
def test_it_does_not_matter_who_is_who(base, mine, theirs):
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)
    assert len(one.conflicts) == len(other.conflicts)
    assert one.chosen(["mine"] * len(one.conflicts)) == other.text


@given(st.lists(st.integers(0, 2), min_size=1, max_size=8))
def test_paragraphs_changed_by_one_side_each_never_conflict(who):
    base = [f"p{n}" for n in range(len(who))]
    mine = [f"{p} mine" if w == 1 else p for p, w in zip(base, who, strict=True)]
    theirs = [f"{p} theirs" if w == 2 else p for p, w in zip(base, who, strict=True)]
    both = [m if w == 1 else t for m, t, w in zip(mine, theirs, who, strict=True)]
    merged = merge(*("\n".join(lines) for lines in (base, mine, theirs)))
    assert (merged.text, merged.conflicts) == ("\n".join(both), [])


tags = st.sampled_from(
    ["<p>", "</p>", "<ul><li>", "</ul>", "<b>", "</b>", "<br>", "<hr>", "x", "> "]
)


@given(st.lists(tags, max_size=14).map("".join))
def test_the_parts_of_html_are_the_whole(source):
    html = clean_body(source)
    assert "".join(paragraphs_of(html)) == html
