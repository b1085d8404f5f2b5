"""“Check the text” in the story form: what is looked at, who may ask, what is remembered."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from articles import proofing
from articles.choices import Status
from articles.copydesk.findings import RegisterLine
from articles.models import Article, ArticlePhoto, IgnoredFinding, OwnWord, WrongForm
from auditlog.models import Entry
from auditlog.wording import in_short
from tests.desk.conftest import filled, line, new_story
from tests.desk.copydesking import looked_at, words_of  # noqa: F401
from tests.factories import ArticleFactory, PersonFactory, PhotoFactory, PlaceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("looked_at")]

NEW = reverse("admin:articles_article_proof")
RIGHT = reverse("admin:articles_article_proof_right")
JSON = {"headers": {"accept": "application/json"}}


def of(article, name="story"):
    return reverse(f"admin:articles_article_proof_{name}", args=[article.pk])


def change(article):
    return reverse("admin:articles_article_change", args=[article.pk])


def ask(client, url=NEW, **typed):
    response = client.post(url, typed, **JSON)
    assert response.status_code == 200
    return response.json()


def ignored(*pairs):
    return json.dumps([list(pair) for pair in pairs])


def test_every_text_of_the_form_is_looked_at_and_each_finding_names_its_place(reporter, at_desk):
    answer = ask(
        at_desk(reporter),
        headline="Warga minta ijin",
        standfirst="Tanpa ijin.",
        body_text="Satu.\nJadwal di rubah.",
        **{"article_photos-0-caption": "Foto", "article_photos-1-caption": "ijin lagi"},
    )
    assert words_of(answer["findings"]) == [
        ("headline", "ijin", 12),
        ("standfirst", "ijin", 6),
        ("body", "di rubah", 13),
        ("article_photos-1-caption", "ijin", 0),
    ]
    assert answer["findings"][2] == {
        "field": "body",
        "start": 13,
        "end": 21,
        "text": "di rubah",
        "kind": "form",
        "suggestion": "diubah",
        "reason": "About di rubah.",
        "before": "Jadwal ",
        "after": ".",
    }
    assert answer["is_cut"] is False


def test_a_long_sentence_is_shown_from_near_the_words(reporter, at_desk):
    text = f"{'panjang ' * 20}ijin{' sekali' * 20}"
    (row,) = ask(at_desk(reporter), body_text=text)["findings"]
    assert row["before"] == "… " + "panjang " * 5
    assert row["after"] == " sekali" * 6 + " …"


def test_without_the_editors_text_the_html_is_read(reporter, at_desk):
    answer = ask(at_desk(reporter), body="<p>Satu</p><p>tanpa <b>ijin</b></p>")
    assert words_of(answer["findings"]) == [("body", "ijin", 11)]


def test_what_is_known_of_the_story_comes_from_the_form(reporter, at_desk, looked_at):  # noqa: F811
    place = PlaceFactory(name="Kabupaten Sinjai")
    ask(
        at_desk(reporter),
        headline="Rapat",
        standfirst="Teras",
        body_text="Isi",
        event_on="2026-11-20",
        place=str(place.pk),
        **(
            line("attendances", 0, 1, name="A. Karsina", office_as_printed="Camat")
            | line("attendances", 0, 1, chosen="person:7")
            | line("attendances", 1, 2, name="Baso", subject="person", chosen="person:x")
            | line("attendances", 2, 3, name="Bappeda", subject="delegation")
            | line("attendances", 3, 4, name="Hilang", DELETE="on")
        ),
    )
    (_headline, plain), (_standfirst, _plain), (text, facts) = looked_at
    assert (text, facts.headline, facts.standfirst) == ("Isi", "Rapat", "Teras")
    assert (facts.day.isoformat(), facts.place, facts.zone) == (
        "2026-11-20",
        "Sinjai",
        place.timezone,
    )
    assert facts.register == (RegisterLine(7, "A. Karsina", "Camat"), RegisterLine(None, "Baso"))
    # The headline is compared with the text once, and not with itself.
    assert (plain.headline, plain.register) == ("", facts.register)


def test_a_finding_about_the_headline_stands_at_the_headline(reporter, at_desk):
    answer = ask(at_desk(reporter), headline="Heboh warga", body_text="Warga.")
    assert words_of(answer["findings"]) == [("headline", "Heboh", 0)]


def test_findings_come_in_the_order_of_the_form_and_of_each_text(reporter, at_desk):
    answer = ask(at_desk(reporter), headline="Heboh minta ijin", body_text="Satu ijin warga.")
    assert words_of(answer["findings"]) == [
        ("headline", "Heboh", 0),
        ("headline", "ijin", 12),
        ("body", "ijin", 5),
    ]


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"event_on": "31-12", "place": "x", "ignored": "{"},
        {"place": "9" * 30, "ignored": '[["form"]]', "attendances-99999-name": "x"},
        {"body_text": "a\x00b", "place": "٣", "ignored": '[[1, 2], ["form", ""]]'},
    ],
)
def test_a_strange_form_finds_nothing_and_does_no_harm(typed, reporter, at_desk):
    assert ask(at_desk(reporter), **typed)["findings"] == []


def test_of_a_text_without_end_only_the_beginning_is_looked_at(reporter, at_desk, looked_at):  # noqa: F811
    answer = ask(at_desk(reporter), body_text="kata " * 30_000 + "ijin")
    assert answer == {"findings": [], "is_cut": True, "has_failed": False}
    assert len(looked_at[0][0]) == proofing.MOST_CHARACTERS


def test_a_text_of_nothing_but_errors_is_cut_too(reporter, at_desk):
    answer = ask(at_desk(reporter), body_text="ijin " * 500)
    assert (len(answer["findings"]), answer["is_cut"]) == (proofing.MOST_FOUND, True)


def test_looking_saves_nothing(draft, reporter, at_desk):
    ask(at_desk(reporter), of(draft), headline="Lain", body_text="ijin")
    draft.refresh_from_db()
    assert (draft.headline, draft.revisions.count()) == ("Rapat mutu pendidikan", 0)
    assert IgnoredFinding.objects.count() == 0


@pytest.mark.parametrize("photos", [1, 3])
def test_a_look_takes_the_same_queries_for_one_row_and_three(
    photos, draft, reporter, at_desk, django_assert_num_queries
):
    rows = {f"article_photos-{n}-caption": "ijin" for n in range(photos)}
    people = {f"attendances-{n}-name": f"Tokoh {n}" for n in range(photos)}
    place = str(PlaceFactory().pk)
    client = at_desk(reporter)
    # Session, person, two kinds of rights, the story, its place, what is ignored in it.
    with django_assert_num_queries(7):
        ask(client, of(draft), place=place, **rows, **people)


def test_a_fault_of_the_engine_is_no_fault_of_the_story(reporter, at_desk, monkeypatch, caplog):
    def broken(text, **more):
        raise RuntimeError("a bug")

    monkeypatch.setattr(proofing, "proofread", broken)
    answer = ask(at_desk(reporter), body_text="ijin")
    assert answer == {"findings": [], "is_cut": False, "has_failed": True}
    assert "could not read" in caplog.text


# Who may ask


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
def test_a_new_text_is_looked_at_for_who_may_write_one(role, status, member, at_desk):
    assert at_desk(member(role)).post(NEW, {"body_text": "ijin"}, **JSON).status_code == status


@pytest.mark.parametrize("name", ["story", "ignore"])
def test_a_story_is_only_looked_at_by_who_may_edit_it(name, draft, member, reporter, at_desk):
    assert at_desk(reporter).post(of(draft, name), **JSON).status_code == 200
    assert at_desk(member("editor")).post(of(draft, name), **JSON).status_code == 200
    for role in ("reporter", "moderator", "ad_desk"):
        assert at_desk(member(role)).post(of(draft, name), **JSON).status_code == 404
    Article.objects.filter(pk=draft.pk).update(status=Status.IN_REVIEW)
    assert at_desk(reporter).post(of(draft, name), **JSON).status_code == 404


def test_visitors_are_sent_to_the_door_and_get_is_no_way(draft, reporter, client, at_desk):
    for url in (NEW, RIGHT, of(draft), of(draft, "ignore")):
        assert client.post(url).url.startswith(reverse("admin:login"))
        assert at_desk(reporter).get(url).status_code == 405


# Without script


def test_without_script_the_form_opens_as_a_page_with_the_findings(draft, reporter, at_desk):
    client = at_desk(reporter)
    data = filled(client.get(change(draft)), body="<p>Jadwal <i>di rubah</i> &amp; ijin</p>")
    page = client.post(of(draft), data).content.decode()
    assert "2 things to look at" in page
    assert "Jadwal <mark>di rubah</mark> &amp; ijin" in page
    assert "About di rubah." in page
    assert "<b>diubah</b>" in page
    empty = client.post(of(draft), data | {"body": "<p>x</p>"}).content.decode()
    assert "Nothing found" in empty


# Ignored


def test_what_is_ignored_in_a_story_is_not_found_in_it_again(draft, reporter, at_desk):
    client = at_desk(reporter)
    for _twice in range(2):
        client.post(of(draft, "ignore"), {"ignored": ignored(("form", "ijin"))}, **JSON)
    row = IgnoredFinding.objects.get()
    assert (row.article, row.kind, row.text, row.ignored_by) == (draft, "form", "ijin", reporter)
    assert ask(client, of(draft), body_text="ijin", standfirst="ijin")["findings"] == []
    other = ArticleFactory(created_by=reporter)
    assert len(ask(client, of(other), body_text="ijin")["findings"]) == 1
    client.post(of(draft, "ignore"), {"ignored": ignored(("form", "ijin")), "back": "1"}, **JSON)
    assert len(ask(client, of(draft), body_text="ijin")["findings"]) == 1


def test_a_new_story_takes_what_was_ignored_along_when_it_is_saved(reporter, at_desk):
    client = at_desk(reporter)
    typed = {"ignored": ignored(("form", "ijin"), ("nonsense", "x"), ("form", "y" * 300))}
    assert ask(client, NEW, body_text="ijin", **typed)["findings"] == []
    add = reverse("admin:articles_article_add")
    page = client.post(add, new_story(headline="", **typed))
    assert page.context["adminform"].form.errors
    assert f'value="{typed["ignored"].replace(chr(34), "&quot;")}"' in page.content.decode()
    client.post(add, new_story(body="<p>ijin</p>", **typed))
    article = Article.objects.get()
    assert sorted(article.ignored_findings.values_list("kind", "text")) == [
        ("form", "ijin"),
        ("form", "y" * 200),
    ]
    assert proofing.look(proofing.reading_of(article)).found == ()


def test_words_longer_than_the_column_are_ignored_by_their_beginning(draft, reporter):
    proofing.ignore(draft, [("form", "Y" * 200)], by=reporter)
    assert proofing.key_of("form", "y" * 250) in proofing.ignored_in(draft)


# Always right


def test_always_right_is_for_all_stories_and_says_who_said_so(reporter, at_desk):
    client = at_desk(reporter)
    told = client.post(RIGHT, {"word": " Pelung ", "kind": "spelling"}, **JSON).json()
    assert told == {"told": "“Pelung” is a word of the house now."}
    client.post(RIGHT, {"word": "pelung", "kind": "place"}, **JSON)
    word = OwnWord.objects.get()
    assert (word.word, word.added_by) == ("Pelung", reporter)


@pytest.mark.parametrize(
    ("word", "kind", "sentence"),
    [
        ("Bupati Bone", "office", "This can only be ignored"),
        ("", "spelling", "This can only be ignored"),
        ("x" * 61, "spelling", "has at most 60 characters"),
        ("ijin", "form", "Only an editor changes the table"),
        ("IJIN", "spelling", "stands in the table of wrong forms"),
        # Made of it: it would silence the table for everybody.
        ("diijinkan", "spelling", "stands in the table of wrong forms"),
        ("123 !!!", "spelling", "This can only be ignored"),
        ("Andi Karsena", "name", "Only an editor says that of a name"),
    ],
)
def test_what_cannot_be_always_right_is_refused_with_a_sentence(
    word, kind, sentence, reporter, at_desk
):
    WrongForm.objects.get_or_create(wrong="ijin", defaults={"right": "izin"})
    response = at_desk(reporter).post(RIGHT, {"word": word, "kind": kind}, **JSON)
    assert response.status_code == 409
    assert sentence in response.json()["refused"]
    assert OwnWord.objects.count() == 0


def test_an_editor_turns_a_form_of_the_table_off(editor, at_desk):
    form, _made = WrongForm.objects.get_or_create(wrong="ijin", defaults={"right": "izin"})
    client = at_desk(editor)
    client.post(RIGHT, {"word": "Ijin", "kind": "form"}, **JSON)
    form.refresh_from_db()
    assert (form.is_active, OwnWord.objects.count()) == (False, 0)
    logged = Entry.objects.get(kind="articles.wrongform", object_id=str(form.pk))
    assert (logged.account, in_short(logged)) == (editor.pk, "Changed in use.")
    assert client.post(RIGHT, {"word": "Ijin", "kind": "form", "back": "1"}, **JSON).json() == {
        "done": True
    }
    form.refresh_from_db()
    assert form.is_active is True


def test_what_somebody_else_turned_off_is_not_taken_back(editor, member, at_desk):
    form, _made = WrongForm.objects.get_or_create(wrong="ijin", defaults={"right": "izin"})
    data = {"word": "Ijin", "kind": "form"}
    at_desk(editor).post(RIGHT, data, **JSON)
    back = at_desk(member("chief_editor")).post(RIGHT, {**data, "back": "1"}, **JSON)
    form.refresh_from_db()
    assert (back.json(), form.is_active) == ({"done": False}, False)


def test_what_a_script_cannot_mean_is_no_list(draft):
    for sent in ("[" * 50_000, '[["spelling","\\ud800x"]]', "null", "{"):
        assert proofing.ignored_on_form(sent) in ([], [("spelling", "x")])


def test_only_the_own_word_of_a_moment_ago_is_taken_back(reporter, editor, at_desk):
    proofing.always_right("Pelung", "spelling", by=editor)
    client = at_desk(reporter)
    data = {"word": "Pelung", "kind": "spelling", "back": "1"}
    assert client.post(RIGHT, data, **JSON).json() == {"done": False}
    assert at_desk(editor).post(RIGHT, data, **JSON).json() == {"done": True}
    assert OwnWord.objects.count() == 0


@pytest.mark.parametrize("role", ["moderator", "ad_desk"])
def test_who_does_not_write_teaches_no_words(role, member, at_desk):
    data = {"word": "Pelung", "kind": "spelling"}
    assert at_desk(member(role)).post(RIGHT, data, **JSON).status_code == 403


# Before a move


@pytest.fixture
def faulty(draft):
    draft.body = "<p>Jadwal di rubah.</p>"
    draft.save()
    ArticlePhoto.objects.create(article=draft, photo=PhotoFactory(), caption="Foto: ijin")
    return draft


def step(article, name):
    return reverse("admin:articles_article_move", args=[article.pk, name])


def test_with_script_the_press_hands_in_at_once(faulty, reporter, at_desk):
    client = at_desk(reporter)
    client.post(change(faulty), filled(client.get(change(faulty)), _move="submit"))
    faulty.refresh_from_db()
    assert faulty.status == Status.IN_REVIEW


def test_without_script_the_press_saves_and_shows_what_was_found(faulty, reporter, at_desk):
    client = at_desk(reporter)
    page = client.get(change(faulty))
    assert '<noscript><input type="hidden" name="look_first"' in page.content.decode()
    data = filled(page, standfirst="Teras baru", _move="submit", look_first="1")
    response = client.post(change(faulty), data)
    faulty.refresh_from_db()
    assert response.url == step(faulty, "submit")
    assert (faulty.standfirst, faulty.status) == ("Teras baru", Status.DRAFT)
    shown = client.get(response.url).content.decode()
    assert "2 things to look at" in shown
    assert "Jadwal <mark>di rubah</mark>." in shown
    assert "Caption of photo 1</span> Foto: <mark>ijin</mark>" in shown
    assert "Hand in anyway" in shown
    client.post(response.url, {"confirmed": "1", "seen_version": faulty.version})
    faulty.refresh_from_db()
    assert faulty.status == Status.IN_REVIEW


def test_without_findings_nobody_is_asked(draft, reporter, at_desk):
    client = at_desk(reporter)
    data = filled(client.get(change(draft)), _move="submit", look_first="1")
    client.post(change(draft), data)
    draft.refresh_from_db()
    assert draft.status == Status.IN_REVIEW


def test_the_button_of_a_list_shows_the_findings_once(faulty, reporter, at_desk):
    client = at_desk(reporter)
    response = client.post(step(faulty, "submit"))
    assert response.status_code == 200
    assert "<mark>di rubah</mark>" in response.content.decode()
    faulty.refresh_from_db()
    assert faulty.status == Status.DRAFT
    client.post(step(faulty, "submit"), {"confirmed": "1"})
    faulty.refresh_from_db()
    assert faulty.status == Status.IN_REVIEW


def test_ignored_findings_ask_nobody(faulty, reporter, at_desk):
    proofing.ignore(faulty, [("form", "di rubah"), ("form", "ijin")], by=reporter)
    at_desk(reporter).post(step(faulty, "submit"))
    faulty.refresh_from_db()
    assert faulty.status == Status.IN_REVIEW


@pytest.mark.parametrize(
    ("move", "state", "button"),
    [
        ("publish", Status.APPROVED, "Publish anyway"),
        ("schedule", Status.APPROVED, "Schedule anyway"),
    ],
)
def test_an_editor_sees_them_before_the_story_comes_out(
    move, state, button, faulty, editor, at_desk
):
    Article.objects.filter(pk=faulty.pk).update(status=state)
    shown = at_desk(editor).post(step(faulty, move)).content.decode()
    assert "2 things to look at" in shown
    assert button in shown


def test_other_moves_look_at_nothing(faulty, editor, at_desk, looked_at):  # noqa: F811
    Article.objects.filter(pk=faulty.pk).update(status=Status.IN_REVIEW)
    at_desk(editor).post(step(faulty, "approve"))
    faulty.refresh_from_db()
    assert faulty.status == Status.APPROVED
    assert looked_at == []


def test_before_publishing_one_line_says_how_many_and_blocks_nothing(
    faulty, reporter, editor, at_desk
):
    line = "Copy desk: 2 findings."
    assert line in at_desk(editor).get(change(faulty)).content.decode()
    assert line not in at_desk(reporter).get(change(faulty)).content.decode()
    client = at_desk(editor)
    client.post(step(faulty, "publish"), {"confirmed": "1", "waved": "Sudah dicek"})
    faulty.refresh_from_db()
    assert faulty.status == Status.PUBLISHED


@pytest.mark.parametrize("rows", [1, 3])
def test_a_saved_story_is_read_in_four_queries(rows, draft, django_assert_num_queries):
    draft.place = PlaceFactory()
    draft.save()
    for _row in range(rows):
        ArticlePhoto.objects.create(article=draft, photo=PhotoFactory(), caption="ijin")
        draft.attendances.create(person=PersonFactory(), name_as_printed="Baso")
    article = Article.objects.get(pk=draft.pk)
    with django_assert_num_queries(4):
        assert len(proofing.look(proofing.reading_of(article)).found) == rows
