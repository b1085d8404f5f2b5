"""Indonesian is complete: no string of the interface reaches a reader untranslated."""

import ast
import io
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import call_command
from django.utils import translation

from newsroom.management.commands.translations import extract_template, faults, messages_in_code

GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "pgettext", "npgettext"}


def test_indonesian_catalogue_is_complete():
    out = io.StringIO()
    try:
        call_command("translations", "--check", stdout=out)
    except Exception as error:
        pytest.fail(f"{error}\n{out.getvalue()}")


def test_no_sentence_hides_inside_an_f_string():
    """The extractor does not look there, so it would stay English without anybody being told."""
    hidden = []
    for app in (
        "accounts",
        "ads",
        "articles",
        "auditlog",
        "comments",
        "newsletter",
        "newsroom",
        "replies",
    ):
        for path in (settings.BASE_DIR / app).rglob("*.py"):
            for text in ast.walk(ast.parse(path.read_text())):
                if isinstance(text, ast.JoinedStr):
                    calls = [one for one in ast.walk(text) if isinstance(one, ast.Call)]
                    names = {getattr(one.func, "id", "") for one in calls}
                    hidden += [f"{path}:{text.lineno}"] * bool(names & GETTEXT)
    assert hidden == []


def test_words_of_templates_and_code_are_found(tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(
        "{% load i18n %}<p>{% translate 'One' %}</p>\n"
        "   {% blocktranslate count n=n trimmed %}{{ n }} story{% plural %}{{ n }} stories"
        "{% endblocktranslate %}"
    )
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "words.py").write_text('label = pgettext_lazy("button", "Two")\n')
    found = {(message.id, message.context) for message in messages_in_code(tmp_path) if message.id}
    assert found == {
        ("One", None),
        (("%(n)s story", "%(n)s stories"), None),
        ("Two", "button"),
    }


def test_faults_name_what_is_missing_and_what_is_wrong():
    catalogue = read_po(
        io.BytesIO(
            b'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
            b'msgid "Save"\nmsgstr ""\n\n'
            b'#, python-format\nmsgid "%(n)d left"\nmsgstr "%(m)d tersisa"\n\n'
            b'msgid "Read"\nmsgstr "Baca"\n'
        )
    )
    found = faults(catalogue)
    assert found[0] == "not translated: 'Save'"
    assert len(found) == 2 and "'%(n)d left'" in found[1]


def test_extractor_survives_any_template_indentation():
    source = b"<ul>\n      {% translate 'A' %}\n   {% translate 'B' %}\n</ul>"
    keywords = {"gettext": None, "_": None}
    assert [m[2] for m in extract_template(io.BytesIO(source), keywords, [], {})] == ["A", "B"]


@pytest.mark.parametrize(("language", "word"), [("id", "rubrik"), ("en", "section")])
def test_models_are_called_by_the_newsrooms_words(language, word):
    from articles.models import Section

    with translation.override(language):
        assert str(Section._meta.verbose_name) == word


def test_catalogue_stands_where_the_settings_say(settings):
    assert (Path(settings.LOCALE_PATHS[0]) / "id" / "LC_MESSAGES" / "django.po").exists()
