"""Who is who at the desk: the review list, the judgements, and who may make them."""

import datetime
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.models import DuplicatePair, IdentityJudgement, Person, PersonAlias
from articles.people import identity, suspects
from newsroom import waiting
from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
    PersonFactory,
    PhotoFactory,
    TenureFactory,
)

LIST = "/admin/articles/person/duplicates/"


@pytest.fixture
def pair(db):
    """Two entries of one name, found by night."""
    left = PersonFactory(
        name="Kartini Ottong", religious_prefix="Hj.", degrees="S.P., M.Si.", slug="left"
    )
    right = PersonFactory(name="Kartini Ottong", slug="right", note="Wakil bupati.")
    suspects.find()
    return left, right


def judged(client: Client, pair, verdict: str, **more):
    data = {"one": pair[0].pk, "other": pair[1].pk, "verdict": verdict, **more}
    return client.post(reverse("admin:articles_person_judge"), data)


def said(client: Client, page: str = LIST) -> list[str]:
    return [str(message) for message in client.get(page).context["messages"]]


def test_the_list_shows_both_sides_with_what_is_known(pair, editor, at_desk):
    left, right = pair
    PersonAlias.objects.create(person=left, name="A. Kartini")
    tenure = TenureFactory(person=left, post__title="Wakil Bupati", ended_on=None)
    story = ArticleFactory(is_public=True, headline="Panen raya di Lappabatu")
    AttendanceFactory(article=story, person=right)
    content = at_desk(editor).get(LIST).content.decode()
    for words in (
        *("Same name, titles apart", "Hj.", "S.P., M.Si.", "A. Kartini", "Wakil bupati."),
        *("Wakil Bupati", str(tenure.post.organisation), "since 1 January 2024"),
        *("Panen raya di Lappabatu", story.get_absolute_url(), "1 in public; the latest:"),
        *("none in public", "1 pair looks alike."),
    ):
        assert words in content


@pytest.mark.parametrize(
    ("verdict", "standing"), [("left", 0), ("right", 1)], ids=["keep left", "keep right"]
)
def test_the_kept_one_stands_for_both(pair, editor, at_desk, verdict, standing):
    client = at_desk(editor)
    response = judged(client, pair, verdict, note="Same office")
    judgement = IdentityJudgement.objects.get()
    assert response["Location"] == f"{LIST}?did={judgement.pk}#pairs"
    assert (judgement.judged_by, judgement.note) == (editor, "Same office")
    assert judgement.other == pair[standing]
    assert Person.objects.standing().get() == pair[standing]
    answer = client.get(response["Location"])
    assert "Undo that" in answer.content.decode()
    assert answer.context["cards"] == []


def test_what_only_the_other_entry_has_is_said(pair, editor, at_desk):
    client = at_desk(editor)
    pair[1].photo = PhotoFactory()
    pair[1].save()
    judged(client, pair, "left")
    [sentence] = said(client)
    assert sentence == (
        "Hj. Kartini Ottong, S.P., M.Si. stands for Kartini Ottong too. No name and no line was "
        "changed. Only the other entry has: portrait, note. Enter it here to show it."
    )


def test_different_people_are_not_offered_again(pair, editor, at_desk):
    client = at_desk(editor)
    judged(client, pair, "different")
    assert said(client) == ["Noted: two different people. They are not offered again."]
    suspects.find()
    assert client.get(LIST).context["cards"] == []


def test_later_is_two_weeks_later_and_no_judgement(pair, editor, at_desk):
    client = at_desk(editor)
    assert judged(client, pair, "later")["Location"] == LIST
    assert client.get(LIST).context["cards"] == []
    later = timezone.localdate() + datetime.timedelta(days=14)
    assert suspects.open_pairs(later).count() == 1
    assert not IdentityJudgement.objects.exists()


@pytest.mark.parametrize("second", ["left", "right", "different"])
def test_the_second_of_two_judges_reads_a_sentence(pair, editor, member, at_desk, second):
    judged(at_desk(editor), pair, "left")
    other = at_desk(member("editor", name="Second"))
    judged(other, pair, second)
    [sentence] = said(other)
    assert "are one person already" in sentence or "are merged" in sentence
    assert IdentityJudgement.objects.count() == 1


def test_merging_what_somebody_told_apart_says_who_and_when(pair, editor, member, at_desk):
    judged(at_desk(editor), pair, "different")
    other = at_desk(member("editor", name="Second"))
    judged(other, pair, "left")
    [sentence] = said(other)
    assert sentence.startswith("Hasrullah Makmur judged on ")
    assert "Undo that first" in sentence


def test_judgements_are_listed_and_undone_once(pair, editor, at_desk):
    client = at_desk(editor)
    judged(client, pair, "right", note="Same photo")
    judgement = IdentityJudgement.objects.get()
    page = reverse("admin:articles_person_judgements")
    content = client.get(page).content.decode()
    for words in ("is the same person as", "Same photo", "Hasrullah Makmur", "Undo"):
        assert words in content
    undo = reverse("admin:articles_person_undo", args=[judgement.pk])
    assert client.get(undo).status_code == 405
    client.post(undo)
    assert Person.objects.standing().count() == 2
    assert "undone by Hasrullah Makmur" in client.get(page).content.decode()
    client.post(undo)
    [sentence] = said(client)
    assert sentence.startswith("This was undone already, by Hasrullah Makmur on")
    assert client.get(page, {"q": "kartini"}).context["page"].object_list
    assert not client.get(page, {"q": "nobody\x00"}).context["page"].object_list


def test_a_reporter_looks_and_does_not_judge(pair, reporter, at_desk):
    client = at_desk(reporter)
    content = client.get(LIST).content.decode()
    assert "Kartini Ottong" in content
    assert "Different people" not in content
    assert judged(client, pair, "left").status_code == 403
    judgement = identity.merge(*pair, by=reporter)
    undo = reverse("admin:articles_person_undo", args=[judgement.pk])
    assert client.post(undo).status_code == 403
    assert client.get(reverse("admin:articles_person_merge", args=[pair[0].pk])).status_code == 403
    page = client.get(reverse("admin:articles_person_change", args=[pair[1].pk])).content.decode()
    assert "is the same person as" in page
    assert "Undo" not in page


@pytest.mark.parametrize("role", ["moderator", "ad_desk"])
def test_others_do_not_see_the_list(pair, member, at_desk, role):
    client = at_desk(member(role))
    assert client.get(LIST).status_code == 403
    assert client.get(reverse("admin:articles_person_judgements")).status_code == 403


def test_judging_needs_the_token_of_the_form(pair, editor):
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    assert judged(client, pair, "left").status_code == 403
    assert not IdentityJudgement.objects.exists()


@pytest.mark.parametrize("where", ["judgements", "change"])
def test_every_page_with_an_undo_has_the_token_for_it(pair, editor, where):
    judgement = identity.merge(*pair, by=editor)
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    args = [] if where == "judgements" else [pair[1].pk]
    page = client.get(reverse(f"admin:articles_person_{where}", args=args)).content.decode()
    undo = reverse("admin:articles_person_undo", args=[judgement.pk])
    form = page.partition(f'action="{undo}"')[2].partition("</form>")[0]
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
    assert token
    assert client.post(undo, {"csrfmiddlewaretoken": token[1]}).status_code == 302
    assert Person.objects.standing().count() == 2


@pytest.mark.parametrize(
    "changes",
    [
        *({"one": ""}, {"one": "0"}, {"other": "x"}, {"other": "9" * 30}, {"one": "²"}),
        *({"verdict": ""}, {"verdict": "delete"}),
    ],
)
def test_bad_input_is_no_page_and_no_judgement(pair, editor, at_desk, changes):
    response = judged(at_desk(editor), pair, **{"verdict": "left", **changes})
    assert response.status_code == 404
    assert not IdentityJudgement.objects.exists()


def test_one_entry_is_no_pair(pair, editor, at_desk):
    client = at_desk(editor)
    judged(client, (pair[0], pair[0]), "different")
    assert len(said(client)) == 1
    assert not IdentityJudgement.objects.exists()


@pytest.mark.parametrize(
    "away", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"]
)
def test_judging_leads_back_to_pages_of_ours_only(pair, editor, at_desk, away):
    response = judged(at_desk(editor), pair, "later", next=away)
    assert response["Location"] == LIST


@pytest.mark.parametrize("pairs", [1, 3])
def test_the_list_takes_the_same_queries_for_one_pair_and_three(
    pairs, editor, at_desk, django_assert_num_queries
):
    for number in range(pairs):
        for side in range(2):
            person = PersonFactory(name=f"Kahar Muslim {'abc'[number] * 4}", slug=f"{number}{side}")
            TenureFactory(person=person)
            AttendanceFactory(article=ArticleFactory(is_public=True), person=person)
            PersonAlias.objects.create(person=person, name=f"Lain {number}{side}")
    for one, other in zip(*[iter(Person.objects.order_by("slug"))] * 2, strict=True):
        low, high = sorted((one.pk, other.pk))
        DuplicatePair.objects.create(one_id=low, other_id=high, is_strong=True, score=80)
    client = at_desk(editor)
    client.get(LIST)
    with django_assert_num_queries(13):
        assert len(client.get(LIST).context["cards"]) == pairs


def test_from_a_persons_page_to_another_entry_and_back(pair, editor, at_desk):
    left, right = pair
    client = at_desk(editor)
    page = reverse("admin:articles_person_change", args=[left.pk])
    merge = reverse("admin:articles_person_merge", args=[left.pk])
    assert merge in client.get(page).content.decode()
    assert "Compare" in client.get(merge).content.decode()
    compared = client.get(merge, {"other": right.pk})
    assert compared.context["cards"][0]["right"].person == right
    for wrong in ("", "0", "x", str(left.pk)):
        answer = client.get(merge, {"other": wrong})
        assert answer.context["cards"] == []
        assert "Choose somebody from the list." in answer.content.decode()
    judged(client, pair, "left", next=page)
    content = client.get(page).content.decode()
    assert "is the same person as" in content
    gone = client.get(reverse("admin:articles_person_change", args=[right.pk]))
    assert "This entry is the same person as" in gone.content.decode()


def test_a_page_of_its_own_is_warned_about_when_only_one_has_it(pair, editor, at_desk):
    assert "Only one of them has a public page" not in at_desk(editor).get(LIST).content.decode()
    Person.objects.filter(pk=pair[0].pk).update(is_public=False)
    assert "Only one of them has a public page" in at_desk(editor).get(LIST).content.decode()


def test_merged_entries_are_hidden_in_the_list_and_found_by_their_names(pair, editor, at_desk):
    other = PersonFactory(name="Baso Larupa")
    identity.merge(pair[0], other, by=editor)
    client = at_desk(editor)
    page = reverse("admin:articles_person_changelist")

    def shown(**query):
        return set(client.get(page, query).context["cl"].queryset)

    assert shown() == {pair[1], other}
    assert shown(entries="merged") == {pair[0]}
    assert shown(entries="all") == {*pair, other}
    assert shown(q="kartini ottong") == {pair[1], other}
    PersonAlias.objects.create(person=pair[0], name="Ibu Tini")
    # Beginnings of words, as everywhere: an index finds them among fifty thousand people.
    assert shown(q="tini") == {other}
    assert shown(q="kart") == {pair[1], other}


def test_only_standing_entries_are_offered_with_their_office(pair, editor, at_desk):
    TenureFactory(
        person=pair[1], post__title="Wakil Bupati", post__organisation__name="Pemkab Tompolangi"
    )
    identity.merge(*pair, by=editor)
    query = {
        "term": "Hj. Kartini",
        "app_label": "articles",
        "model_name": "attendance",
        "field_name": "person",
    }
    found = at_desk(editor).get(reverse("admin:autocomplete"), query).json()["results"]
    assert found == [
        {"id": str(pair[1].pk), "text": "Kartini Ottong · Wakil Bupati, Pemkab Tompolangi"}
    ]


def test_the_first_page_counts_likely_ones_for_who_may_judge(pair, editor, reporter):
    [panel] = [panel for panel in waiting.panels_for(editor) if panel.key == "duplicates"]
    assert (panel.rows[0].title, panel.rows[0].url) == ("1 likely duplicate", LIST)
    assert "duplicates" not in {panel.key for panel in waiting.panels_for(reporter)}
    DuplicatePair.objects.update(is_strong=False)
    assert "duplicates" not in {panel.key for panel in waiting.panels_for(editor)}


def test_the_first_page_counts_no_further_than_ninety_nine(editor):
    people = PersonFactory.create_batch(16)
    DuplicatePair.objects.bulk_create(
        DuplicatePair(one=one, other=other, is_strong=True, score=1)
        for place, one in enumerate(people)
        for other in people[place + 1 :]
    )
    [panel] = [panel for panel in waiting.panels_for(editor) if panel.key == "duplicates"]
    assert panel.rows[0].title == "99+ likely duplicates"


def test_a_note_with_characters_that_cannot_be_kept_is_kept_without_them(editor, at_desk):
    one, other = PersonFactory.create_batch(2)
    answer = at_desk(editor).post(
        reverse("admin:articles_person_judge"),
        {"one": one.pk, "other": other.pk, "verdict": "different", "note": "a\0b \u202ec"},
    )
    assert answer.status_code == 302
    assert IdentityJudgement.objects.get().note == "a b c"
