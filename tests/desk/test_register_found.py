"""Paste and match: names found in a list or in the text, confirmed one by one, and remembered."""

import datetime
import json
import re

import pytest
from django.urls import reverse

from articles.admin import register as addresses
from articles.models import Article, Attendance, MentionVerdict, Person
from articles.people import mentions
from tests.articles.people.reading import Mention, Reader, in_order
from tests.desk.conftest import filled, line, new_story
from tests.desk.test_story_form import ADD, change, errors
from tests.factories import (
    ArticleFactory,
    OrganisationFactory,
    PersonFactory,
    PostFactory,
    TenureFactory,
)

FIND = reverse("admin:articles_article_find")
LINES = reverse("admin:articles_article_lines")


@pytest.fixture
def karsina(db):
    """The deputy regent since February 2025."""
    person = PersonFactory(religious_prefix="Hj.", name="Andi Karsina", slug="andi-karsina")
    government = OrganisationFactory(name="Pemerintah Kabupaten Tompolangi", short_name="Pemkab")
    TenureFactory(
        person=person,
        post=PostFactory(title="Wakil Bupati", organisation=government, protocol_rank=20),
        started_on=datetime.date(2025, 2, 20),
    )
    return person


@pytest.fixture
def reads(monkeypatch):
    """What the reader is going to find: `reads(Mention(...), ...)`."""

    def say(*found):
        reader = Reader(*in_order(*found))
        monkeypatch.setattr(addresses, "reading", reader)
        return reader

    return say


@pytest.fixture
def client(reporter, at_desk):
    return at_desk(reporter)


@pytest.fixture
def find(draft, client):
    """Send the form's text or list as the script does; cards come back."""

    def ask(**sent):
        sent = {"story": draft.pk, "on": "2025-06-01", "pasted": "daftar", **sent}
        return client.post(FIND, sent)

    return ask


def cards(response):
    return response.context["cards"]


def test_a_pasted_list_becomes_cards_to_confirm(find, reads, karsina):
    OrganisationFactory(name="Badan Perencanaan", short_name="Bappeda")
    reads(
        Mention("Hj. Andi Karsina, S.E.", role="Wakil Bupati", organisation="Tompolangi"),
        Mention("Baso Ilham", role="Ketua DPRD"),
        Mention(kind="delegation", role="perwakilan", organisation="Bappeda"),
        Mention(kind="group", role="para kepala sekolah", count=42),
    )
    response = find()
    assert response.status_code == 200
    known, new, delegation, group = cards(response)
    tenure = karsina.tenures.get()
    assert json.loads(known["certain"]) == {
        "subject": "person",
        "name": "Hj. Andi Karsina, S.E.",
        "chosen": f"person:{karsina.pk}",
        "tenure": str(tenure.pk),
        "office_as_printed": "Wakil Bupati Tompolangi",
        "capacity": "attended",
        "read_name": "Hj. Andi Karsina, S.E.",
        "read_office": "Wakil Bupati Tompolangi",
    }
    assert (new["certain"], new["answers"]) == ("", [])
    assert json.loads(new["new"])["chosen"] == "new"
    assert json.loads(delegation["certain"])["name"] == "perwakilan Bappeda"
    assert json.loads(group["certain"]) == {
        "subject": "group",
        "name": "para kepala sekolah",
        "capacity": "attended",
        "group_count": "42",
        "read_name": "para kepala sekolah",
    }
    assert Person.objects.count() == 1
    assert Attendance.objects.count() == MentionVerdict.objects.count() == 0


def test_the_text_of_the_form_is_read_when_no_list_is_pasted(find, reads):
    reader = reads()
    find(
        pasted=" ", headline="Rapat", standfirst="Teras.", body="<p>Satu.</p><p>Dua &amp; tiga.</p>"
    )
    assert reader.texts == [("text", "Rapat\nTeras.\nSatu.\nDua & tiga.")]


def test_a_list_is_read_as_a_list(find, reads):
    reader = reads()
    find(pasted="1. Baso\n2. Umar", body="<p>Lain</p>")
    assert reader.texts == [("list", "1. Baso\n2. Umar")]


def test_the_office_is_that_of_the_day_on_the_form(find, reads, karsina):
    reads(Mention("Andi Karsina"))
    (card,) = cards(find(on="2025-02-20"))
    assert json.loads(card["certain"])["office_as_printed"] == "Wakil Bupati"
    (card,) = cards(find(on="2025-02-19"))
    assert "office_as_printed" not in json.loads(card["certain"])


def test_who_stands_on_the_form_is_shown_as_present(find, reads, karsina):
    reads(Mention("Andi Karsina"), Mention("Baso Ilham"))
    sent = [{"chosen": f"person:{karsina.pk}", "name": "Karsina"}, {"name": "H. Baso Ilham"}]
    assert [card["proposal"].is_present for card in cards(find(lines=json.dumps(sent)))] == [
        True,
        True,
    ]


def test_finding_takes_the_same_queries_for_one_and_three(
    find, reads, karsina, django_assert_num_queries
):
    OrganisationFactory(name="Badan Perencanaan", short_name="Bappeda")
    sent = Mention(kind="delegation", role="perwakilan", organisation="Bappeda")
    reads(Mention("Andi Karsina", role="Wakil Bupati", represents="Bupati"), sent)
    with django_assert_num_queries(16):
        find()
    for number in range(3):
        post = PostFactory(title=f"Camat {number}")
        TenureFactory(person=PersonFactory(name=f"Baso {number}", slug=f"b{number}"), post=post)
    reads(*(Mention(f"Baso {n}", role=f"Camat {n}", represents="Bupati") for n in range(3)), sent)
    with django_assert_num_queries(16):
        find()


# Who may ask, and with what


@pytest.mark.parametrize("address", [FIND, LINES])
def test_only_who_may_edit_the_story_may_ask_about_it(address, draft, client, member, at_desk):
    sent = {"story": draft.pk, "pasted": "Baso"}
    assert client.post(address, sent).status_code == 200
    assert client.get(address, sent).status_code == 405
    assert at_desk(member("reporter", name="Lain")).post(address, sent).status_code == 403
    assert at_desk(member("ad_desk")).post(address, {"pasted": "Baso"}).status_code == 403
    Article.objects.filter(pk=draft.pk).update(status="in_review")
    assert client.post(address, sent).status_code == 403


@pytest.mark.parametrize("story", ["999999999", "x", "9" * 40, "-1"])
def test_a_story_that_is_none_is_refused(story, client):
    assert client.post(FIND, {"story": story, "pasted": "Baso"}).status_code == 403


def test_a_new_story_has_no_number_yet(client, reads):
    reads(Mention("Baso Ilham"))
    (card,) = cards(client.post(FIND, {"pasted": "Baso Ilham"}))
    assert card["proposal"].name == "Baso Ilham"


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"pasted": " "}, "There is no text to find names in."),
        ({"pasted": "x" * 30_001}, "The list is longer than 30,000 characters."),
        ({"pasted": "a\x00b"}, "Null characters are not allowed."),
        ({"on": "2025-13-01"}, "Enter a valid date."),
        ({"lines": "["}, "The lines could not be read."),
        ({"lines": "[1]"}, "The lines could not be read."),
        ({"lines": "{}"}, "The lines could not be read."),
    ],
)
def test_what_cannot_be_read_is_a_sentence(sent, sentence, find):
    response = find(**sent)
    assert response.status_code == 400
    assert sentence in response.content.decode()


# Taking


@pytest.fixture
def write(draft, client):
    """Save the draft with one more line of the register, and what else the form has."""

    def save(*lines, **more):
        data = filled(client.get(change(draft)))
        first = draft.attendances.count()
        for index, fields in enumerate(lines, start=first):
            typed = {"capacity": "attended", "position": index, **fields}
            data |= line("attendances", index, first + len(lines), **typed)
        return client.post(change(draft), data | more)

    return save


def test_a_taken_card_becomes_a_line_and_is_remembered(
    find, reads, write, karsina, draft, reporter
):
    reads(Mention("A. Karsina", role="Wakil Bupati", capacity="quoted"))
    (card,) = cards(find())
    write(json.loads(card["answers"][0][2]))
    taken = Attendance.objects.get()
    assert (taken.person, taken.name_as_printed) == (karsina, "A. Karsina")
    assert (taken.capacity, taken.tenure) == ("quoted", karsina.tenures.get())
    assert list(
        MentionVerdict.objects.values_list(
            *("article", "name_key", "office_key", "is_accepted", "person", "decided_by")
        )
    ) == [(draft.pk, "a karsina", "wakil bupati", True, karsina.pk, reporter.pk)]


def test_somebody_new_is_remembered_as_who_was_entered(find, reads, write, karsina):
    reads(Mention("Andi Karsina", role="Guru"))
    (card,) = cards(find())
    write(json.loads(card["new"]))
    person = Person.objects.exclude(pk=karsina.pk).get()
    assert MentionVerdict.objects.get().person == person


def test_a_delegation_and_a_group_are_remembered_as_such(find, reads, write):
    agency = OrganisationFactory(name="Badan Perencanaan", short_name="Bappeda")
    reads(
        Mention(kind="delegation", role="perwakilan", organisation="Bappeda"),
        Mention(kind="group", role="para kepala sekolah"),
    )
    write(*(json.loads(card["certain"]) for card in cards(find())))
    assert list(
        MentionVerdict.objects.order_by("name_key").values_list("name_key", "organisation")
    ) == [
        ("para kepala sekolah", None),
        ("perwakilan bappeda", agency.pk),
    ]


def test_whom_somebody_stands_in_for_is_taken_along(find, reads, write, karsina):
    reads(Mention("Hasnawiah", role="Camat", represents="Bupati Tompolangi"))
    regent = PostFactory(
        title="Bupati", organisation=karsina.tenures.get().post.organisation, protocol_rank=10
    )
    (card,) = cards(find())
    write(json.loads(card["new"]))
    taken = Attendance.objects.get()
    assert (taken.represents_post, taken.represents_as_printed) == (regent, "Bupati Tompolangi")


# Refusing


def test_a_refused_name_is_not_offered_again_for_this_story(find, reads, write, draft):
    reads(Mention("Balai Daerah"), Mention("Baso Ilham"))
    refusal = cards(find())[0]["refusal"]
    write(**{"attendances-refused": f"[{refusal}]"})
    response = find()
    assert [card["proposal"].name for card in cards(response)] == ["Baso Ilham"]
    assert [card["proposal"].name for card in response.context["refused"]] == ["Balai Daerah"]
    assert "1 refused before – show" in response.content.decode()
    assert MentionVerdict.objects.get().is_accepted is False


def test_a_refused_name_is_offered_in_another_story(find, reads, write, client):
    reads(Mention("Balai Daerah"))
    write(**{"attendances-refused": '[["Balai Daerah", ""]]'})
    assert len(cards(client.post(FIND, {"pasted": "x"}))) == 1


def test_nothing_is_noted_for_a_form_that_comes_back(write):
    response = write({"name": ""}, headline="", **{"attendances-refused": '[["Balai Daerah", ""]]'})
    assert response.status_code == 200
    assert MentionVerdict.objects.count() == 0
    # What was refused is in the form that comes back.
    assert re.search(
        r"name=.attendances-refused. value=.\[\[&quot;Balai", response.content.decode()
    )


def test_refusals_of_a_new_story_are_noted_with_it(client):
    sent = new_story(**{"attendances-refused": '[["Balai Daerah", "tempat"]]'})
    assert client.post(ADD, sent).status_code == 302
    verdict = MentionVerdict.objects.get()
    assert (verdict.name_key, verdict.office_key) == ("balai daerah", "tempat")


@pytest.mark.parametrize(
    "sent",
    [
        "[",
        "{}",
        "[1]",
        "[[]]",
        '[["a"]]',
        '[["a", 1]]',
        '[["a\\u0000", ""]]',
        '[["a\\ud800", ""]]',
        "[" * 50_000,
        "null",
        '[["...", ""]]',
    ],
)
def test_forged_refusals_are_not_looked_at(sent, write):
    assert write(**{"attendances-refused": sent}).status_code == 302
    assert MentionVerdict.objects.count() == 0


def test_at_most_two_hundred_verdicts_are_noted_at_once(write):
    sent = json.dumps([[f"Nama {n}", ""] for n in range(1000)])
    write(**{"attendances-refused": sent})
    assert MentionVerdict.objects.count() == 200


# Remembering


def test_whom_a_name_was_taken_for_before_comes_first(find, reads, draft, reporter):
    first, second = (PersonFactory(name="Andi Yusuf", slug=f"y{n}") for n in range(2))
    reads(Mention("A. Yusuf"))
    assert [o.ref for o in cards(find())[0]["proposal"].options] == [
        f"person:{first.pk}",
        f"person:{second.pk}",
    ]
    for article, person in ((ArticleFactory(), first), (ArticleFactory(), second)):
        verdict = mentions.Verdict("A. Yusuf", "", is_accepted=True, person=person.pk)
        mentions.remember(article, [verdict], by=reporter)
    (card,) = cards(find())
    assert card["proposal"].options[0].ref == f"person:{second.pk}"
    assert card["certain"] == ""


def test_a_name_that_many_stories_refused_sinks(find, reads, reporter):
    for _number in range(3):
        verdict = mentions.Verdict("Balai Daerah", "", is_accepted=False)
        mentions.remember(ArticleFactory(), [verdict], by=reporter)
    reads(Mention("Balai Daerah"), Mention("Baso Ilham"))
    assert [card["proposal"].name for card in cards(find())] == ["Baso Ilham", "Balai Daerah"]


# Without script


def test_without_script_a_list_comes_back_as_lines(client, draft, reads, karsina):
    reads(Mention("Andi Karsina", role="Wakil Bupati"), Mention("Baso Ilham"))
    data = filled(
        client.get(change(draft)), pasted_list="daftar", _read_list="1", event_on="2025-06-01"
    )
    response = client.post(change(draft), data)
    assert response.status_code == 200
    assert errors(response) == ["2 lines were added from the list. Look through them, then save."]
    assert Attendance.objects.count() == 0
    sent = filled(response)
    assert sent["attendances-0-chosen"] == f"person:{karsina.pk}"
    assert client.post(change(draft), sent).status_code == 302
    assert [row.name_as_printed for row in Attendance.objects.all()] == [
        "Andi Karsina",
        "Baso Ilham",
    ]


def test_without_script_what_was_added_is_said_and_nothing_is_called_wrong(client, draft, reads):
    reads(Mention("Baso Ilham"))
    data = filled(client.get(change(draft)), pasted_list="daftar", _read_list="1")
    content = client.post(change(draft), data).content.decode()
    assert "1 line was added from the list. Look through it, then save." in content
    assert "errornote" not in content


def test_without_script_an_empty_list_says_so_and_keeps_what_was_typed(client, draft):
    data = filled(client.get(change(draft)), pasted_list=" ", _read_list="1", headline="Judul baru")
    response = client.post(change(draft), data)
    assert errors(response) == ["There is no text to find names in."]
    assert filled(response)["headline"] == "Judul baru"


# Lines


def lines(client, *rows, **sent):
    sent = {"on": "2025-06-01", "lines": json.dumps(rows), **sent}
    return client.post(LINES, sent).json()["lines"]


def test_an_ended_office_says_what_was_held_instead(client, karsina):
    TenureFactory(
        person=karsina,
        post=PostFactory(title="Ketua", organisation=OrganisationFactory(name="PMI Tompolangi")),
        started_on=datetime.date(2010, 1, 1),
    )
    row = {"subject": "person", "chosen": f"person:{karsina.pk}", "office": "Wakil Bupati"}
    (told,) = lines(client, row, on="2025-02-19")
    assert told["doubt"] == (
        "Andi Karsina is Wakil Bupati only from 20 February 2025; the event was on "
        "19 February 2025. Held on that day: Ketua PMI Tompolangi."
    )
    assert [one["office"] for one in told["held"]] == ["Ketua PMI Tompolangi"]
    assert lines(client, row)[0]["doubt"] == ""


def test_lines_are_ranked_by_protocol_delegations_and_groups_last(client, karsina):
    PostFactory(title="Camat", protocol_rank=60)
    told = lines(
        client,
        {"subject": "group", "name": "warga"},
        {"subject": "delegation", "name": "Bappeda"},
        {"subject": "person", "name": "Baso"},
        {"subject": "person", "name": "Umar", "office": "Camat"},
        {"subject": "person", "name": "Karsina", "chosen": f"person:{karsina.pk}"},
    )
    ranks = [one["rank"] for one in told]
    assert sorted(range(5), key=ranks.__getitem__) == [4, 3, 2, 1, 0]


def test_looking_at_lines_takes_the_same_queries_for_one_and_three(
    client, karsina, django_assert_num_queries
):
    row = {"chosen": f"person:{karsina.pk}", "office": "Wakil Bupati", "subject": "person"}
    with django_assert_num_queries(7):
        lines(client, row)
    others = [
        {"chosen": f"person:{TenureFactory().person_id}", "office": f"Camat {n}"} for n in range(2)
    ]
    with django_assert_num_queries(7):
        lines(client, row, *others)


def test_an_office_that_had_ended_is_told_in_the_checks_and_blocks_nothing(
    write, client, karsina, draft
):
    write(
        {
            "name": "Andi Karsina",
            "chosen": f"person:{karsina.pk}",
            "office_as_printed": "Wakil Bupati",
        },
        event_on="2025-01-31",
    )
    findings = client.get(change(draft)).context["findings"]
    (doubt,) = [one for one in findings if "only from" in one.message]
    assert doubt.is_blocking is False


# Who gets a page, and where a name stands


def test_a_card_says_whether_somebody_new_gets_a_page(find, reads):
    reads(
        Mention("Baso Ilham", role="Camat"),
        Mention("Sitti Rahma", role="Tokoh masyarakat"),
        Mention("Umar Baddu", role="Peserta didik"),
    )
    response = find()
    assert [str(card["proposal"].page) for card in cards(response)] == [
        *("public", "doubtful", "never")
    ]
    assert [json.loads(card["new"]).get("is_private") for card in cards(response)] == [
        *(None, "on", "on")
    ]
    boxes = re.findall(
        r"<input type=.checkbox. data-private( checked)?( disabled)?>", response.content.decode()
    )
    assert boxes == [("", ""), (" checked", ""), (" checked", " disabled")]


def test_a_card_shows_the_piece_of_the_text_where_the_name_stands(find, monkeypatch):
    text = "Rapat dibuka pagi ini. Turut hadir Baso Ilham, warga Sinjai.\nLain."
    mention = Mention("Baso Ilham", start=text.index("Baso"), end=text.index(","))
    monkeypatch.setattr(addresses, "reading", Reader(mention))
    content = find(pasted=text).content.decode()
    assert "Turut hadir <b>Baso Ilham</b>, warga Sinjai." in content


def test_the_count_of_a_group_is_no_part_of_its_name(find, reads, write):
    reads(Mention(kind="group", role="42 kepala sekolah", count=42))
    (card,) = cards(find())
    write(
        json.loads(card["certain"]),
        {"subject": "group", "name": "1.200 orang warga", "group_count": "1200"},
    )
    assert list(Attendance.objects.values_list("group_label", "group_count")) == [
        ("kepala sekolah", 42),
        ("warga", 1200),
    ]
    assert MentionVerdict.objects.get().name_key == "42 kepala sekolah"


def test_more_names_than_can_be_shown_are_counted(find, reads):
    letters = [chr(97 + n // 26) + chr(97 + n % 26) for n in range(83)]
    reads(*(Mention(f"Baso Ilham{two * 3}") for two in letters))
    response = find()
    assert len(cards(response)) == 80
    assert "3 more names were left out, from “Baso Ilham" in response.content.decode()


# The order of a form that comes back


def test_a_form_that_comes_back_is_drawn_in_the_order_that_was_sent(write, client, draft):
    write({"name": "Satu"}, {"name": "Dua"})
    data = filled(client.get(change(draft)), headline="")
    data |= line("attendances", 2, 3, name="Tiga", capacity="attended", position=0)
    data |= {"attendances-0-position": "2", "attendances-1-position": "1"}
    content = client.post(change(draft), data).content.decode()
    assert re.findall(r'name="attendances-.-name"[^>]* value="(\w+)"', content) == [
        "Tiga",
        "Dua",
        "Satu",
    ]
