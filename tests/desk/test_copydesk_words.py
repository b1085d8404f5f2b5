"""What the newsroom teaches its copy desk: the table of wrong forms, and the words of the house."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from articles.models import OwnWord, WrongForm

pytestmark = pytest.mark.django_db

LIST = reverse("admin:articles_wrongform_changelist")
ADD = reverse("admin:articles_wrongform_add")
PASTE = reverse("admin:articles_wrongform_paste")
WORDS = reverse("admin:articles_ownword_changelist")
ADD_WORD = reverse("admin:articles_ownword_add")


@pytest.fixture(autouse=True)
def table(db):
    """The table, with nothing in it but what a test puts there."""
    WrongForm.objects.all().delete()


def change(form):
    return reverse("admin:articles_wrongform_change", args=[form.pk])


def errors(response):
    form = response.context["adminform"].form if "adminform" in response.context else None
    form = form or response.context["form"]
    return [sentence for sentences in form.errors.values() for sentence in sentences]


def table_now():
    return list(WrongForm.objects.values_list("wrong", "right", "note", "is_active"))


# Wrong forms


def test_an_editor_adds_changes_and_turns_off_a_form(editor, at_desk):
    client = at_desk(editor)
    new = {"wrong": "  di   rubah ", "right": "diubah", "note": "EYD V", "is_active": "on"}
    client.post(ADD, new)
    assert table_now() == [("di rubah", "diubah", "EYD V", True)]
    form = WrongForm.objects.get()
    assert "di rubah" in client.get(LIST, {"q": "ubah"}).content.decode()
    client.post(change(form), {"wrong": "di rubah", "right": "diubah"})
    assert table_now() == [("di rubah", "diubah", "", False)]
    assert "turned off" in client.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"wrong": "IJIN", "right": "izin"}, "This form is in the table already."),
        ({"wrong": "izin", "right": "izin"}, "The right form differs from the wrong one."),
        ({"wrong": "perijinan", "right": "Ijin"}, "“Ijin” is a wrong form itself."),
        ({"wrong": "x" * 61, "right": "y"}, "at most 60 characters"),
        ({"wrong": " ", "right": "y"}, "This field is required."),
        ({"wrong": "a\x00b", "right": "y"}, "Null characters are not allowed."),
        (
            {"wrong": "di", "right": "ke"},
            "“di” is a common word: it would be found in every story.",
        ),
        ({"wrong": "Yang", "right": "nan"}, "“Yang” is a common word"),
        ({"wrong": "123", "right": "y"}, "“123” has no letters."),
        ({"wrong": "x", "right": "—"}, "“—” has no letters."),
        ({"wrong": "<b>x", "right": "y"}, "“<b>x” has angle brackets; forms are plain text."),
    ],
)
def test_a_form_that_cannot_be_says_why_and_keeps_what_was_typed(typed, sentence, editor, at_desk):
    WrongForm.objects.create(wrong="ijin", right="izin")
    response = at_desk(editor).post(ADD, typed | {"is_active": "on"})
    assert any(sentence in error for error in errors(response))
    assert WrongForm.objects.count() == 1


def test_a_common_word_that_is_in_the_table_can_be_turned_off_and_not_on_again(editor, at_desk):
    form = WrongForm.objects.create(wrong="di", right="ke")
    client = at_desk(editor)
    client.post(change(form), {"wrong": "di", "right": "ke"})
    assert table_now() == [("di", "ke", "", False)]
    client.post(change(form), {"wrong": "di", "right": "ke", "is_active": "on"})
    assert table_now() == [("di", "ke", "", False)]


def test_a_form_keeps_its_own_spelling_and_may_differ_by_a_capital(editor, at_desk):
    form = WrongForm.objects.create(wrong="islam", right="Islam")
    client = at_desk(editor)
    client.post(change(form), {"wrong": "islam", "right": "Islam", "note": "!", "is_active": "on"})
    assert table_now() == [("islam", "Islam", "!", True)]


@pytest.mark.parametrize(
    ("role", "list_status", "add_status"),
    [
        ("reporter", 200, 403),
        ("editor", 200, 200),
        ("chief_editor", 200, 200),
        ("moderator", 403, 403),
        ("ad_desk", 403, 403),
    ],
)
def test_the_table_is_the_editors_and_reporters_read_it(
    role, list_status, add_status, member, at_desk
):
    form = WrongForm.objects.create(wrong="ijin", right="izin")
    client = at_desk(member(role))
    assert client.get(LIST).status_code == list_status
    assert client.get(ADD).status_code == add_status
    assert client.get(PASTE).status_code == add_status
    assert client.post(PASTE, {"lines": "a\tb"}).status_code in {add_status, 302}
    delete = reverse("admin:articles_wrongform_delete", args=[form.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_for_one_form_and_three(
    rows, editor, at_desk, django_assert_num_queries
):
    for number in range(rows):
        WrongForm.objects.create(wrong=f"salah{number}", right="benar")
        OwnWord.objects.create(word=f"kata{number}", added_by=editor)
    client = at_desk(editor)
    client.get(LIST)
    for url in (LIST, WORDS):
        with django_assert_num_queries(6):
            client.get(url)


# Pasted


def paste(client, text):
    return client.post(PASTE, {"lines": text})


def test_pasted_lines_are_added_together(editor, at_desk):
    WrongForm.objects.create(wrong="ijin", right="izin")
    text = "resiko\trisiko\n\n Ijin \tizin\r\ndi rubah\t diubah\tEYD V\nresiko\trisiko\n"
    response = paste(at_desk(editor), text)
    assert response.url == LIST
    assert [str(m) for m in get_messages(response.wsgi_request)] == [
        "2 forms were added. 1 was in the table already."
    ]
    assert table_now() == [
        ("di rubah", "diubah", "EYD V", True),
        ("ijin", "izin", "", True),
        ("resiko", "risiko", "", True),
    ]


def test_with_an_error_nothing_is_added_and_everything_comes_back(editor, at_desk):
    WrongForm.objects.create(wrong="ijin", right="izin")
    text = "\n".join(
        [
            "resiko\trisiko",
            "tanpa tab",
            "\tkosong",
            "sama\tsama",
            f"{'x' * 61}\ty",
            "IJIN\tidzin",
            "RESIKO\tresikonya",
            "perijinan\tijin",
            f"a\tb\t{'c' * 121}",
            "di\tke",
            "123\tsatu",
            "<i>a\ta",
            "a\tb\tc\td",
            "islam\tIslam",
        ]
    )
    response = paste(at_desk(editor), text)
    assert errors(response) == [
        "Line 2: there is no tab in it.",
        "Line 3: one of the two forms is missing.",
        "Line 4: the right form differs from the wrong one.",
        "Line 5: a form has at most 60 characters.",
        "Line 6: “ijin” is in the table already, with “izin”.",
        "Line 7: “RESIKO” stands in two lines, with two right forms.",
        "Line 8: “ijin” is a wrong form itself.",
        "Line 9: the reason is too long.",
        "Line 10: “di” is a common word: it would be found in every story. Several words with it "
        "can be a wrong form.",
        "Line 11: “123” has no letters.",
        "Line 12: “<i>a” has angle brackets; forms are plain text.",
        "Line 13: it has more than three columns.",
    ]
    assert "tanpa tab" in response.content.decode()
    assert WrongForm.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Paste at least one line."),
        (" \n\t\n", "Paste at least one line."),
        ("a\tb\n" * 2001, "These are 2001 lines; at most 2000 go at once."),
        ("tanpa\n" * 60, "and 10 more."),
    ],
)
def test_too_little_and_too_much_are_said(text, sentence, editor, at_desk):
    assert sentence in errors(paste(at_desk(editor), text))


def test_two_thousand_lines_take_as_many_queries_as_one(editor, at_desk, django_assert_num_queries):
    client = at_desk(editor)
    for lines in (1, 2000):
        text = "\n".join(f"salah{lines}x{n}\tbenar" for n in range(lines))
        # Session, person, two kinds of rights, the table, the rows.
        with django_assert_num_queries(6):
            paste(client, text)


# Words of the house


def test_whoever_writes_adds_a_word_and_the_list_says_who(reporter, at_desk):
    client = at_desk(reporter)
    client.post(ADD_WORD, {"word": " La  Pelung "})
    assert [(row.word, row.added_by) for row in OwnWord.objects.all()] == [("La Pelung", reporter)]
    page = client.get(WORDS, {"q": "pelung"}).content.decode()
    assert "La Pelung" in page
    assert "Rahma Nurdin" in page


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("PELUNG", "This word is in the list already."),
        ("2026", "A word has letters."),
        ("Ijin", "“Ijin” stands in the table of wrong forms; turn it off there."),
        ("x" * 61, "at most 60 characters"),
    ],
)
def test_a_word_that_cannot_be_says_why(word, sentence, reporter, at_desk):
    OwnWord.objects.create(word="Pelung")
    WrongForm.objects.create(wrong="ijin", right="izin")
    response = at_desk(reporter).post(ADD_WORD, {"word": word})
    assert any(sentence in error for error in errors(response))
    assert OwnWord.objects.count() == 1


@pytest.mark.parametrize(("role", "status"), [("reporter", 403), ("editor", 302)])
def test_editors_remove_words(role, status, member, at_desk):
    word = OwnWord.objects.create(word="Pelung")
    client = at_desk(member(role))
    delete = reverse("admin:articles_ownword_delete", args=[word.pk])
    assert client.post(delete, {"post": "yes"}).status_code == status
    assert OwnWord.objects.count() == (1 if status == 403 else 0)


def test_a_word_is_not_changed_into_another(editor, at_desk):
    word = OwnWord.objects.create(word="Pelung")
    url = reverse("admin:articles_ownword_change", args=[word.pk])
    assert at_desk(editor).post(url, {"word": "Lain"}).status_code == 403


@pytest.mark.parametrize("role", ["reporter", "editor", "chief_editor"])
def test_both_lists_stand_on_the_desk(role, member, at_desk):
    page = at_desk(member(role)).get(reverse("admin:index")).content.decode()
    assert f'href="{LIST}"' in page
    assert f'href="{WORDS}"' in page
