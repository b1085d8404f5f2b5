"""A look at a story before it is out: the form as it is typed, and nothing of it saved."""

import html
import re

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import translation
from procrastinate.contrib.django.models import ProcrastinateJob

from articles.choices import Status
from articles.forms.seen import new_tab
from articles.models import (
    Article,
    ArticlePhoto,
    Attendance,
    Byline,
    Person,
    Photo,
    Revision,
    Tag,
)
from auditlog.models import Entry
from tests.desk.conftest import filled, line, new_story, upload
from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
    CorrectionFactory,
    PersonFactory,
    PublicationFactory,
)

NEW = reverse("admin:articles_article_preview")
ADD = reverse("admin:articles_article_add")
# Everything that a save writes.
TABLES = (
    *(Article, ArticlePhoto, Attendance, Byline, Entry, Person, Photo, ProcrastinateJob),
    *(Revision, Tag),
)


def change(article):
    return reverse("admin:articles_article_change", args=[article.pk])


def preview(article):
    return reverse("admin:articles_article_preview_story", args=[article.pk])


def framed(response):
    """The page in the frame, as a browser reads it out of the attribute."""
    assert response.status_code == 200
    [frame] = re.findall(r'<iframe[^>]* srcdoc="([^"]*)"', response.content.decode())
    return html.unescape(frame)


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def contents():
    """Every row of those tables, with all that stands in it."""
    return {
        model.__name__: sorted(map(str, model.objects.order_by().values_list())) for model in TABLES
    }


def everything(**changes):
    """A new story with a photo, somebody new in the register, a tag, and protected identities."""
    photo = line("article_photos", 0, 1, file=upload(), credit="Baso", alt_text="Rapat")
    person = line("attendances", 0, 1, subject="person", name="Sanneng Daeng", capacity="attended")
    return new_story(tags="mutu pendidikan", **photo, **person, **changes)


def test_a_story_never_saved_is_shown_as_its_readers_will_see_it(reporter, at_desk):
    page = framed(at_desk(reporter).post(NEW, everything(standfirst="Dibuka wakil bupati.")))
    assert "Rapat mutu pendidikan</h1>" in page
    assert '<p class="standfirst">Dibuka wakil bupati.</p>' in page
    assert "Paragraf pertama." in page
    assert "Sanneng Daeng" in page
    assert "mutu pendidikan" in page
    assert re.search(r'<img[^>]* src="/media/photos/[^"]+"', page)
    # The reporter signs a new story without typing it.
    assert "Rahma Nurdin" in page


@pytest.mark.parametrize("protected", ["", "on"])
def test_nothing_of_a_new_story_is_saved_and_nobody_is_told_that_it_was(
    protected, reporter, at_desk
):
    client = at_desk(reporter)
    data = everything(tab=new_tab(), written="5", _move="submit", is_identity_protected=protected)
    before, session = contents(), dict(client.session)
    response = client.post(NEW, data)
    assert response.status_code == 200
    assert contents() == before
    assert said(response) == []
    assert said(client.get(reverse("admin:index"))) == []
    assert dict(client.session) == session


def test_nothing_of_a_changed_story_is_saved(draft, reporter, at_desk):
    AttendanceFactory(article=draft, person=PersonFactory(name="Andi Tenri"))
    client = at_desk(reporter)
    data = filled(client.get(change(draft)), headline="Lain", tags="Baru", _move="submit")
    data |= line("attendances", 1, 2, subject="person", name="Sanneng", capacity="quoted")
    data |= line("article_photos", 0, 1, file=upload(), credit="Baso", alt_text="Rapat")
    before = contents()
    page = framed(client.post(preview(draft), data))
    assert "Lain</h1>" in page and "Sanneng" in page and "Baru" in page
    assert contents() == before


def test_the_photo_of_a_preview_is_there_when_the_story_is_saved(reporter, at_desk):
    client = at_desk(reporter)
    [shown] = re.findall(
        r'src="(/media/photos/[^"]+\.jpg)"', framed(client.post(NEW, everything()))
    )
    client.post(ADD, everything())
    assert Photo.objects.get().image.url == shown


def test_a_preview_is_no_public_page_of_a_machine(reporter, at_desk):
    PublicationFactory()
    page = framed(at_desk(reporter).post(NEW, everything()))
    assert "<script" not in page
    assert "ld+json" not in page
    assert 'name="robots" content="noindex"' in page
    assert 'rel="canonical"' not in page
    assert "sela" not in page
    assert 'id="komentar"' not in page


def test_the_page_itself_runs_no_script_of_the_story_and_is_kept_by_nobody(reporter, at_desk):
    response = at_desk(reporter).post(NEW, new_story())
    text = response.content.decode()
    assert 'sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"' in text
    assert " style=" not in text
    assert "no-store" in response["Cache-Control"]
    assert [tag for tag in text.split("<script")[1:] if "src=" not in tag.split(">")[0]] == []


def test_a_preview_speaks_the_language_of_the_publication(reporter, at_desk, settings):
    settings.LANGUAGE_CODE = "id"
    response = at_desk(reporter).post(NEW, new_story())
    with translation.override("en"):
        assert "This is what stands in the form now." in response.content.decode()
    assert '<html lang="id">' in framed(response)
    assert "Cari</a>" in framed(response)


def test_a_protected_story_is_shown_with_what_its_readers_may_see_of_it(reporter, at_desk):
    page = framed(at_desk(reporter).post(NEW, everything(is_identity_protected="on")))
    assert "Sanneng" not in page
    assert "/media/photos/" not in page
    assert "mutu pendidikan" not in page.replace("Rapat mutu pendidikan", "")


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("headline", "", "<strong>Headline:</strong> A story needs a headline."),
        ("section", "", "<strong>Section:</strong> Choose the section."),
        ("headline", "a\x00b", "Null characters are not allowed."),
        ("event_on", "kemarin", "Enter a valid date."),
        ("bylines-TOTAL_FORMS", "many", "ManagementForm data is missing"),
    ],
)
def test_a_form_that_cannot_be_shown_says_what_it_lacks(field, value, told, reporter, at_desk):
    response = at_desk(reporter).post(NEW, new_story(**{field: value}))
    assert response.status_code == 422
    assert told in response.content.decode()
    assert Article.objects.count() == 0


def test_a_photo_that_is_no_picture_is_said_in_a_sentence(reporter, at_desk):
    file = upload()
    file.file.seek(0)
    file.file.write(b"no picture at all" * 50)
    response = at_desk(reporter).post(NEW, new_story(**line("article_photos", 0, 1, file=file)))
    assert response.status_code == 422
    assert "Photos 1, " in response.content.decode()


def test_what_a_colleague_saved_meanwhile_does_not_keep_from_looking(
    draft, reporter, editor, at_desk
):
    client = at_desk(reporter)
    data = filled(client.get(change(draft)), standfirst="Punya saya.")
    other = at_desk(editor)
    other.post(change(draft), filled(other.get(change(draft)), headline="Punya redaktur"))
    assert "Punya saya." in framed(client.post(preview(draft), data))
    draft.refresh_from_db()
    assert (draft.headline, draft.standfirst) == ("Punya redaktur", "What happened.")


def test_a_public_story_changed_on_its_form_is_shown_and_stays_as_it_is(editor, at_desk):
    article = ArticleFactory(is_public=True, headline="Lama")
    correction = CorrectionFactory(article=article)
    client = at_desk(editor)
    data = filled(client.get(change(article)), headline="Baru")
    before = contents()
    page = framed(client.post(preview(article), data))
    assert "Baru</h1>" in page
    assert correction.text in page
    assert contents() == before


def test_the_findings_are_those_of_what_is_typed(draft, reporter, at_desk):
    client = at_desk(reporter)
    data = filled(client.get(change(draft)), body="")
    assert "The story has no text yet." in client.post(preview(draft), data).content.decode()


# Who may look


def test_who_may_see_a_story_sees_what_is_saved_of_it(draft, member, at_desk):
    response = at_desk(member("moderator")).get(preview(draft))
    assert f"{draft.headline}</h1>" in framed(response)
    assert "For somebody without an account" not in response.content.decode()


@pytest.mark.parametrize("role", ["moderator", "ad_desk"])
def test_who_may_not_write_previews_no_form(role, draft, member, at_desk):
    client = at_desk(member(role))
    assert client.post(NEW, new_story()).status_code == 403
    response = client.post(preview(draft), new_story(headline="Diam-diam"))
    assert "Diam-diam" not in framed(response)
    assert "You may not edit this story any more. This is what is saved." in (
        response.content.decode()
    )


def test_a_reporter_previews_no_form_of_a_colleagues_story(reporter, at_desk):
    article = ArticleFactory(headline="Punya rekan")
    response = at_desk(reporter).post(preview(article), new_story(headline="Diam-diam"))
    assert "Diam-diam" not in framed(response)
    assert Article.objects.get().headline == "Punya rekan"


def test_strangers_are_sent_to_the_door(client, draft):
    assert client.get(preview(draft)).status_code == 302
    assert client.post(NEW, new_story()).status_code == 302
    assert Article.objects.count() == 1


def test_a_withdrawn_story_is_not_previewed(editor, at_desk):
    article = ArticleFactory(is_withdrawn=True)
    response = at_desk(editor).get(preview(article))
    assert response.url == change(article)


@pytest.mark.parametrize("key", ["0", "999999", "99999999999999999999999"])
def test_a_story_that_is_not_there_is_said_so(key, editor, at_desk):
    for method in ("get", "post"):
        address = reverse("admin:articles_article_preview_story", args=[int(key)])
        response = getattr(at_desk(editor), method)(address)
        assert (response.status_code, response.url) == (302, reverse("admin:index"))


def test_without_a_form_there_is_nothing_to_look_at(reporter, at_desk):
    assert at_desk(reporter).get(NEW).url == ADD


def test_the_form_has_the_button_and_a_read_only_page_the_link(draft, reporter, member, at_desk):
    page = at_desk(reporter).get(change(draft)).content.decode()
    assert f'formaction="{preview(draft)}" formtarget="_blank"' in page
    Article.objects.filter(pk=draft.pk).update(status=Status.IN_REVIEW)
    page = at_desk(reporter).get(change(draft)).content.decode()
    assert "formtarget" not in page
    assert f'<a href="{preview(draft)}">' in page


@pytest.mark.parametrize("rows", [1, 3])
def test_a_saved_story_is_shown_in_the_same_queries_for_one_row_and_three(
    rows, editor, at_desk, django_assert_num_queries
):
    article = ArticleFactory(is_ready=True)
    for _row in range(rows):
        AttendanceFactory(article=article)
    client = at_desk(editor)
    client.get(preview(article))
    with django_assert_num_queries(24):
        client.get(preview(article))
