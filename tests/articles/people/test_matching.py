"""What the names of a text are matched to: the failures of such systems, each by name."""

import datetime

import pytest
from django.utils import translation

from articles.choices import TenureKind
from articles.models import Person, PersonAlias
from articles.people import mentions
from articles.people.alike import Likeness, is_a_letter_off, likeness
from articles.people.names import fold_key, name_key
from articles.people.proposals import propose
from tests.articles.people.reading import Mention, in_order
from tests.factories import OrganisationFactory, PersonFactory, PostFactory, TenureFactory

DAY = datetime.date(2023, 10, 4)
HANDOVER = datetime.date(2023, 9, 20)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def someone(name, **fields):
    number = Person.objects.count()
    return PersonFactory(name=name, slug=f"p{number}", **fields)


def merged(entry, into):
    Person.objects.filter(pk=entry.pk).update(merged_into=into)
    entry.refresh_from_db()


@pytest.fixture
def government(db):
    return OrganisationFactory(name="Pemerintah Kabupaten Tompolangi", short_name="Pemkab")


@pytest.fixture
def deputy(government):
    """The deputy regent's post, which changed hands on the day of the handover."""
    return PostFactory(title="Wakil Bupati", organisation=government, protocol_rank=20)


@pytest.fixture
def before(deputy):
    person = someone("Andi Karsina")
    TenureFactory(
        person=person,
        post=deputy,
        started_on=datetime.date(2018, 9, 20),
        ended_on=HANDOVER - datetime.timedelta(days=1),
    )
    return person


@pytest.fixture
def after(deputy):
    person = someone("Ridwan Labbiri")
    TenureFactory(person=person, post=deputy, started_on=HANDOVER)
    return person


def proposals(*mentions_, day=DAY, **more):
    return propose(in_order(*mentions_), "", day=day, **more)


def only(*mentions_, **more):
    (proposal,) = proposals(*mentions_, **more)
    return proposal


def refs(proposal):
    return [option.ref for option in proposal.options]


def ref(person):
    return f"person:{person.pk}"


def test_two_active_roles_are_both_shown_and_neither_is_filled_in(before, government):
    TenureFactory(
        person=before,
        post=PostFactory(title="Ketua PMI", organisation=OrganisationFactory(name="PMI")),
        started_on=datetime.date(2020, 1, 1),
    )
    (option,) = only(Mention("Andi Karsina"), day=datetime.date(2021, 1, 1)).options
    assert option.office == "Wakil Bupati, Ketua PMI"
    assert (option.tenure, option.print_office) == (None, "")


def test_of_two_active_roles_the_printed_one_is_meant(before):
    second = TenureFactory(
        person=before,
        post=PostFactory(title="Ketua PMI", organisation=OrganisationFactory(name="PMI")),
        started_on=datetime.date(2020, 1, 1),
    )
    proposal = only(Mention("Andi Karsina", role="Ketua PMI"), day=datetime.date(2021, 1, 1))
    assert proposal.is_certain is True
    assert proposal.options[0].tenure == second.pk


@pytest.mark.parametrize(
    ("acting", "expected"), [("", ["definitive", "plt"]), ("Plt.", ["plt"]), ("Plh.", [])]
)
def test_plt_while_the_definitive_holder_is_on_leave(acting, expected, government):
    post = PostFactory(title="Bupati", organisation=government)
    holders = {}
    for kind in (TenureKind.PLT, TenureKind.DEFINITIVE):
        holders[str(kind)] = TenureFactory(person=someone(f"Baso {kind}"), post=post, kind=kind)
        holders[str(kind)].started_on = datetime.date(2023, 1, 1)
        holders[str(kind)].save()
    office = Mention(kind="office", role="Bupati", organisation="Tompolangi", acting=acting)
    proposal = only(office)
    assert [option.tenure for option in proposal.options] == [holders[k].pk for k in expected]
    assert proposal.is_certain is False


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_a_role_alias_the_day_before_and_after_a_handover(days, before, after):
    day = HANDOVER + datetime.timedelta(days=days)
    proposal = only(Mention(kind="office", role="Wabup Tompolangi"), day=day)
    assert refs(proposal) == [ref(before if days < 0 else after)]


def test_an_article_dated_later_than_the_event_has_the_holder_of_the_event(before, after):
    mention = Mention("Karsina", role="Wakil Bupati")
    assert refs(only(mention, day=datetime.date(2022, 5, 1))) == [ref(before)]


def test_a_yusuf_with_three_of_them_is_offered_and_never_taken(db):
    people = [someone(name) for name in ("Andi Yusuf", "Abdul Yusuf", "Ahmad Yusuf")]
    proposal = only(Mention("A. Yusuf"))
    assert refs(proposal) == [ref(person) for person in people]
    assert {option.reason for option in proposal.options} == {"initials"}
    assert proposal.is_certain is False


def test_one_entry_under_the_very_initials_is_not_certain_either(db):
    someone("A. Yusuf")
    assert only(Mention("A. Yusuf")).is_certain is False


def test_an_initial_with_the_office_of_one_of_them_puts_that_one_first(before):
    someone("Ahmad Karsina")
    proposal = only(Mention("A. Karsina", role="Wakil Bupati"), day=datetime.date(2022, 5, 1))
    assert proposal.options[0].ref == ref(before)
    assert proposal.is_certain is False


def test_a_name_with_only_a_title_is_somebody_new(db):
    someone("Andi Karsina", religious_prefix="Hj.")
    proposal = only(Mention("Hj."))
    assert (proposal.options, proposal.is_certain) == ((), False)


def test_the_same_person_twice_in_a_list_is_one_proposal(before):
    proposal = only(
        Mention("Hj. Andi Karsina, S.E."),
        Mention("ANDI KARSINA", role="Wakil Bupati", capacity="organiser"),
        Mention("Karsina", capacity="quoted"),
    )
    assert (proposal.name, proposal.office) == ("Hj. Andi Karsina, S.E.", "Wakil Bupati")
    assert proposal.capacity == "quoted"


def test_a_short_form_of_two_people_stays_by_itself(db):
    assert [
        p.name for p in proposals(Mention("Andi Yusuf"), Mention("Baso Yusuf"), Mention("Yusuf"))
    ] == [
        "Andi Yusuf",
        "Baso Yusuf",
        "Yusuf",
    ]


def test_two_of_one_name_in_two_offices_stay_two(db):
    found = proposals(
        Mention("Muhammad Yusuf", role="Camat Lappabatu"),
        Mention("Muhammad Yusuf", role="Kapolsek Lappabatu"),
    )
    assert len(found) == 2


def test_a_list_in_capitals_is_matched_and_printed_in_small_letters(before):
    proposal = only(
        Mention("HJ. ANDI KARSINA, S.E., M.Si.", role="WAKIL BUPATI", organisation="TOMPOLANGI"),
        day=datetime.date(2022, 5, 1),
    )
    assert (proposal.name, proposal.office) == (
        "Hj. Andi Karsina, S.E., M.Si.",
        "Wakil Bupati Tompolangi",
    )
    assert (refs(proposal), proposal.is_certain) == ([ref(before)], True)


@pytest.mark.parametrize(
    "typed", ["Andi Karsena", "Andi Karsin", "Andi Karsidna", "Andi Karisna", "Andi Karsona"]
)
def test_a_typo_of_one_letter_is_asked_about(typed, before):
    proposal = only(Mention(typed, role="Wakil Bupati"), day=datetime.date(2022, 5, 1))
    assert (refs(proposal), proposal.is_certain) == ([ref(before)], False)
    assert proposal.options[0].reason == "did you mean?"


def test_yusuf_and_yunus_are_never_one_by_themselves(db):
    someone("Muhammad Yusuf")
    assert only(Mention("H. Muhammad Yunus, S.Pd., M.Si.")).is_certain is False


def test_kapolres_as_a_role_only_is_whoever_held_it(db):
    police = OrganisationFactory(name="Kepolisian Resor Tompolangi", short_name="Polres")
    chief = someone("Umar Baddu", rank="AKBP")
    TenureFactory(person=chief, post=PostFactory(title="Kapolres", organisation=police))
    other = OrganisationFactory(name="Kepolisian Resor Lappabatu")
    TenureFactory(post=PostFactory(title="Kapolres", organisation=other))
    TenureFactory.create_batch(1)
    mention = Mention(kind="office", role="Kapolres Tompolangi")
    assert refs(only(mention, day=datetime.date(2024, 6, 1))) == [ref(chief)]
    full = Mention(kind="office", role="Kepala Kepolisian Resor Tompolangi")
    assert refs(only(full, day=datetime.date(2024, 6, 1))) == [ref(chief)]
    assert refs(only(mention, day=datetime.date(2020, 6, 1))) == []


@pytest.mark.parametrize(
    ("role", "is_certain"), [("", False), ("Wakil Bupati", True), ("Guru", False)]
)
def test_a_single_name_is_taken_only_with_its_office(role, is_certain, deputy):
    person = someone("Sanneng")
    TenureFactory(person=person, post=deputy, started_on=HANDOVER)
    proposal = only(Mention("Sanneng", role=role))
    assert (refs(proposal), proposal.is_certain) == ([ref(person)], is_certain)


def test_a_full_name_in_another_office_may_be_a_namesake(after):
    assert only(Mention("Ridwan Labbiri", role="Guru")).is_certain is False
    assert only(Mention("Ridwan Labbiri")).is_certain is True


def test_of_two_namesakes_only_the_office_makes_one_certain(after):
    namesake = someone("Ridwan Labbiri")
    assert only(Mention("Ridwan Labbiri")).is_certain is False
    proposal = only(Mention("Ridwan Labbiri", role="Wabup Tompolangi"))
    assert refs(proposal) == [ref(after), ref(namesake)]
    assert proposal.is_certain is True


def test_spelling_folds_offer_and_do_not_decide(db):
    person = someone("Muhammad Jufri")
    proposal = only(Mention("Moh. Djoefri"))
    assert (refs(proposal), proposal.is_certain) == ([ref(person)], False)
    assert proposal.options[0].reason == "spelt otherwise"


def test_whoever_is_found_by_a_merged_entry_is_the_one_that_stands(before, deputy):
    old = someone("Kartini Ottong")
    PersonAlias.objects.create(person=old, name="Tini Ottong")
    term = TenureFactory(person=old, post=PostFactory(title="Ketua PKK"))
    merged(old, before)
    for name in ("Kartini Ottong", "Tini Ottong", "Kartini Otong", "K. Ottong"):
        proposal = only(Mention(name), day=datetime.date(2024, 6, 1))
        assert refs(proposal) == [ref(before)]
    proposal = only(Mention("Kartini Ottong", role="Ketua PKK"), day=datetime.date(2024, 6, 1))
    assert (proposal.options[0].tenure, proposal.is_certain) == (term.pk, True)


def test_a_name_taken_for_an_entry_that_was_merged_since_is_who_it_stands_for(before):
    from tests.factories import ArticleFactory

    old = someone("Kartini")
    verdict = mentions.Verdict("Bu Wabup", "", is_accepted=True, person=old.pk)
    mentions.remember(ArticleFactory(), [verdict], by=None)
    merged(old, before)
    assert refs(only(Mention("Bu Wabup"))) == [ref(before)]


def test_a_delegation_is_found_by_its_short_name_and_stays_one_of_two(db):
    agency = OrganisationFactory(name="Badan Perencanaan Pembangunan", short_name="Bappeda")
    mention = Mention(kind="delegation", role="perwakilan", organisation="Bappeda")
    proposal = only(mention)
    assert (proposal.subject, proposal.name) == ("delegation", "perwakilan Bappeda")
    assert (refs(proposal), proposal.is_certain) == ([f"organisation:{agency.pk}"], True)
    OrganisationFactory(name="Bappeda", slug="bappeda-lain")
    proposal = only(mention)
    assert (len(proposal.options), proposal.is_certain) == (2, False)


def test_a_group_keeps_its_count(db):
    proposal = only(Mention(kind="group", role="para kepala sekolah", count=42))
    assert (proposal.subject, proposal.count, proposal.is_certain) == ("group", 42, True)


@pytest.mark.parametrize(
    ("represents", "kind"),
    [
        ("Wakil Bupati Tompolangi", "post"),
        ("Wabup", "post"),
        ("Pemkab", "organisation"),
        ("Andi Karsina", "person"),
        ("Menteri", ""),
    ],
)
def test_whom_somebody_stands_in_for(represents, kind, before):
    proposal = only(Mention("Hasnawiah", represents=represents))
    assert proposal.represents_ref.partition(":")[0] == kind


@pytest.mark.parametrize(
    ("printed", "known", "how"),
    [
        ("Andi Karsina", "Andi Karsina", Likeness.SAME),
        ("Moh. Yusuf", "Muhammad Yusuf", Likeness.SPELLING),
        ("A. Karsina", "Andi Karsina", Likeness.INITIALS),
        ("Andi Karsina", "A. Karsina", Likeness.INITIALS),
        ("A. Kartini", "Andi Kartini Ottong", Likeness.PART),
        ("Andi Rahma", "Andi Rahmi", Likeness.LETTER),
        ("A. K.", "Andi Karsina", None),
        ("Baso Karsina", "Andi Karsina", None),
        ("Ali", "Alu", None),
        ("Karsina Andi", "Andi Karsina", None),
    ],
)
def test_how_two_names_are_alike(printed, known, how):
    assert likeness(name_key(printed), fold_key(printed), name_key(known), fold_key(known)) == how


@pytest.mark.parametrize(
    ("one", "other", "is_off"),
    [
        *(("karsina", "karsena", True), ("karsina", "karsin", True), ("karsina", "karisna", True)),
        *(("karsina", "karsina", False), ("karsina", "karseni", False), ("umar", "amir", False)),
        *(("ali", "alu", False), ("kaarsina", "karsina", True), ("akrsina", "karsina", True)),
    ],
)
def test_one_letter_off(one, other, is_off):
    assert is_a_letter_off(one, other) is is_a_letter_off(other, one) is is_off
