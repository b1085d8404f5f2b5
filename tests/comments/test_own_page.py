"""One's own page, as its owner and as others meet it."""

import datetime
import json
import time

import pytest
from django.test import Client
from django.utils import timezone

from accounts.doors import SIGNED_IN_AT
from accounts.models import User
from comments import moderation, terms
from comments.choices import State
from comments.models import Comment, Reader
from newsroom.models import OutgoingMail
from tests.factories import ArticleFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_home(client):
    """A client signed in as that account, just now."""

    def sign_in(user, *, seconds_ago=0):
        client.force_login(user)
        session = client.session
        session[SIGNED_IN_AT] = time.time() - seconds_ago
        session.save()
        return client

    return sign_in


def text_of(response) -> str:
    return response.content.decode()


def test_page_shows_own_comments_newest_first_with_state_and_reason(reader, written, at_home):
    user = reader()
    story = ArticleFactory(is_public=True, headline="Flood in Bulusirua")
    written(user, "The first.", article=story)
    refused = written(user, "The <b>second</b>.", article=story, state=State.PENDING)
    written(user, "The third.", article=story, state=State.PENDING)
    written(reader("Other One"), "Not mine.", article=story)
    moderation.decide(
        refused,
        State.REJECTED,
        by=StaffFactory(is_superuser=True, name="Hasrullah Makmur"),
        seen=State.PENDING,
        seen_revision=0,
        reason="insult",
        note="Stay friendly.",
    )
    page = text_of(at_home(user).get("/akun/"))
    places = [page.index(word) for word in ("The third.", "The &lt;b&gt;second", "The first.")]
    assert places == sorted(places)
    assert "Waits for a moderator. Only you see it." in page
    assert "Not shown." in page
    assert "Reason: insults or threats. The newsroom writes: “Stay friendly.”" in " ".join(
        page.split()
    )
    assert f'<a href="{story.get_absolute_url()}">Flood in Bulusirua</a>' in page
    assert "Not mine." not in page
    assert "Hasrullah" not in page


def test_page_names_no_story_that_is_not_public(reader, written, at_home):
    user = reader()
    written(user, article=ArticleFactory(headline="Secret draft"))
    page = text_of(at_home(user).get("/akun/"))
    assert "Secret draft" not in page
    assert "A story that is no longer public" in page


def test_page_is_paged_by_keyset(reader, written, at_home):
    user, story = reader(), ArticleFactory(is_public=True)
    for number in range(21):
        written(user, f"Comment {number:02}.", article=story)
    first = at_home(user).get("/akun/")
    assert [entry.comment.body for entry in first.context["entries"]] == [
        f"Comment {number:02}." for number in range(20, 0, -1)
    ]
    second = at_home(user).get("/akun/", {"sebelum": first.context["older"]})
    assert [entry.comment.body for entry in second.context["entries"]] == ["Comment 00."]
    # The library's middleware leads from a page that is not there to the account.
    assert at_home(user).get("/akun/", {"sebelum": "nonsense"}).url == "/akun/"


@pytest.mark.parametrize("count", [1, 3])
def test_page_takes_the_same_queries_for_one_comment_and_for_three(
    reader, written, at_home, count, django_assert_num_queries
):
    user = reader()
    for _number in range(count):
        written(user)
    home = at_home(user)
    # Session, account, reader, ban, comments, decisions, publication, sections.
    with django_assert_num_queries(8):
        home.get("/akun/")


def test_pages_of_an_account_are_kept_nowhere(reader, at_home):
    home = at_home(reader())
    for path in ("/akun/", "/akun/unduh/", "/akun/hapus/"):
        assert {"private", "no-store"} <= set(home.get(path)["Cache-Control"].split(", ")), path


@pytest.mark.parametrize("path", ["/akun/", "/akun/unduh/", "/akun/hapus/"])
def test_visitors_see_nothing_of_an_account(client, publication, path):
    assert client.get(path).url == f"/akun/masuk/?next={path}"


def test_address_is_in_no_page_that_others_read(reader, written, at_home):
    user = reader("Rani Lestari", email="secret.address@example.org")
    story = written(user).article
    other = at_home(reader("Other One"))
    paths = [
        story.get_absolute_url(),
        f"{story.get_absolute_url()}ninjs.json",
        "/",
        "/akun/",
        "/akun/unduh/",
    ]
    for path in [*paths, "/rss.xml", "/feed.json", "/sitemap.xml"]:
        response = other.get(path)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        assert b"secret.address" not in body, path


# The forms


def test_wishes_are_kept(reader, at_home):
    user = reader()
    at_home(user).post("/akun/", {"do": "wishes", "is_told_of_replies": "on"})
    found = Reader.objects.get(pk=user.pk)
    assert (found.is_told_of_decisions, found.is_told_of_replies, found.is_told_of_reports) == (
        False,
        True,
        False,
    )


def test_name_is_changed_or_refused_with_a_sentence(reader, at_home):
    user = reader("Rani Lestari")
    home = at_home(user)
    page = text_of(home.post("/akun/", {"do": "name", "name": "Bupati Tompolangi"}))
    assert "This name sounds like an office" in page
    assert "<h1>Rani Lestari</h1>" in page
    assert home.post("/akun/", {"do": "name", "name": "Rani Anwar"}).url == "/akun/"
    page = text_of(home.get("/akun/"))
    assert "Your name is changed." in page
    assert "<h1>Rani Anwar</h1>" in page


def test_new_name_that_was_sent_after_the_session_ended_waits_in_the_form(reader, client):
    user = reader("Rani Lestari")
    response = client.post("/akun/", {"do": "name", "name": "Rani Anwar"})
    assert response.status_code == 302
    client.force_login(user)
    assert 'value="Rani Anwar"' in text_of(client.get("/akun/"))
    assert 'value="Rani Lestari"' in text_of(client.get("/akun/"))


def test_account_without_a_name_is_asked_for_it_and_led_on(publication, at_home):
    user = UserFactory(name="")
    home = at_home(user)
    assert "Before your first comment" in text_of(home.get("/akun/?next=/terkini/"))
    form = {"do": "join", "name": "Rani Lestari", "terms": "on", "next": "/terkini/"}
    assert home.post("/akun/", {**form, "terms": ""}).status_code == 200
    assert home.post("/akun/", form).url == "/terkini/"
    assert Reader.objects.get().terms_version == terms.VERSION


def test_next_of_joining_leads_only_inside(publication, at_home):
    home = at_home(UserFactory(name=""))
    form = {"do": "join", "name": "Rani Lestari", "terms": "on", "next": "//evil.example"}
    assert home.post("/akun/", form).url == "/akun/"


def test_newer_terms_are_asked_for_without_the_name(reader, at_home, monkeypatch):
    user = reader()
    monkeypatch.setattr(terms, "VERSION", "2027-01")
    home = at_home(user)
    page = text_of(home.get("/akun/"))
    assert "The terms have changed" in page
    assert 'name="name"' not in page
    home.post("/akun/", {"do": "join", "terms": "on"})
    assert Reader.objects.get().terms_version == "2027-01"


def test_staff_accept_the_terms_under_their_own_name(publication, at_home):
    staff = StaffFactory(name="Redaktur Pelaksana")
    home = at_home(staff)
    assert 'name="name"' not in text_of(home.get("/akun/"))
    home.post("/akun/", {"do": "join", "terms": "on", "name": "Bupati"})
    assert Reader.objects.get().user.name == "Redaktur Pelaksana"


# The copy


def test_copy_is_a_file_that_is_streamed(reader, written, at_home):
    user = reader(email="rani@example.org")
    written(user, "Mine.")
    response = at_home(user).get("/akun/unduh/")
    day = timezone.localdate()
    assert response["Content-Disposition"] == f'attachment; filename="data-{day}.json"'
    assert response.streaming
    data = json.loads(b"".join(response.streaming_content))
    assert (data["account"]["email"], data["comments"][0]["text"]) == ("rani@example.org", "Mine.")


# The end


def test_deleting_says_what_happens_and_does_it_only_on_the_button(
    reader, written, at_home, mailoutbox
):
    user = reader(email="rani@example.org")
    written(user)
    home = at_home(user)
    assert "Your 1 comment loses its text and your name." in text_of(home.get("/akun/hapus/"))
    assert home.post("/akun/hapus/").status_code == 200
    assert User.objects.filter(pk=user.pk).exists()
    response = home.post("/akun/hapus/", {"do": "erase"})
    assert "The account is deleted" in text_of(response)
    assert not User.objects.filter(pk=user.pk).exists()
    assert Comment.objects.get().state == State.ERASED
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        (["rani@example.org"], "Your account is deleted")
    ]
    assert home.get("/akun/").status_code == 302


def test_deleting_ends_every_session(reader, at_home):
    user = reader()
    elsewhere = Client()
    elsewhere.force_login(user)
    at_home(user).post("/akun/hapus/", {"do": "erase"})
    assert elsewhere.get("/akun/").url == "/akun/masuk/?next=/akun/"


def test_deleting_needs_its_token(reader):
    user = reader()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)
    session = strict.session
    session[SIGNED_IN_AT] = time.time()
    session.save()
    assert strict.post("/akun/hapus/", {"do": "erase"}).status_code == 403
    assert User.objects.filter(pk=user.pk).exists()


def test_deleting_needs_a_fresh_code(reader, at_home, mailoutbox):
    user = reader(email="rani@example.org")
    home = at_home(user, seconds_ago=601)
    assert "We send a new code to rani@example.org" in text_of(home.get("/akun/hapus/"))
    home.post("/akun/hapus/", {"do": "erase"})
    assert User.objects.filter(pk=user.pk).exists()
    response = home.post("/akun/hapus/kode/")
    assert response.url == "/akun/kode/?next=%2Fakun%2Fhapus%2F"
    assert "_auth_user_id" not in home.session
    typed = {"code": mailoutbox[0].subject[:6], "next": "/akun/hapus/"}
    assert home.post("/akun/kode/", typed).url == "/akun/hapus/"
    assert "This cannot be undone." in text_of(home.get("/akun/hapus/"))


def test_whoever_was_signed_out_before_the_button_comes_back_to_the_page(reader, at_home):
    home = at_home(reader())
    assert home.get("/akun/hapus/kode/").url == "/akun/hapus/"


def test_asking_for_fresh_codes_has_the_limit_of_the_door(reader, at_home, mailoutbox):
    user = reader()
    answers = [at_home(user).post("/akun/hapus/kode/").status_code for _ in range(6)]
    assert answers == [302, 302, 302, 302, 302, 429]


def test_staff_are_told_who_ends_their_account(publication, at_home):
    staff = StaffFactory()
    home = at_home(staff)
    assert "an administrator ends your account" in text_of(home.get("/akun/hapus/"))
    assert home.post("/akun/hapus/", {"do": "erase"}).status_code == 409
    assert User.objects.filter(pk=staff.pk).exists()


def test_letter_about_the_end_is_the_only_one_left(reader, at_home, settings):
    settings.EMAIL_BACKEND = "newsroom.mail.OutboxBackend"
    user = reader(email="rani@example.org")
    OutgoingMail.objects.create(to="rani@example.org", sender="n@example.org", subject="Old")
    at_home(user).post("/akun/hapus/", {"do": "erase"})
    assert [mail.subject for mail in OutgoingMail.objects.all()] == ["Your account is deleted"]


# The terms


def test_terms_name_the_version_and_stand_in_every_foot(client, publication):
    page = text_of(client.get("/ketentuan-komentar/"))
    assert "This version holds since November 2026." in page
    assert '<a href="/ketentuan-komentar/">Terms of commenting</a>' in text_of(client.get("/"))
    assert client.post("/ketentuan-komentar/").status_code == 405


def test_indonesian_terms_are_the_publications_own(client, publication, settings):
    settings.LANGUAGE_CODE = "id"
    page = text_of(client.get("/ketentuan-komentar/"))
    assert "2 × 24 jam" in page
    assert "Undang-Undang Nomor 27 Tahun 2022" in page


def test_old_sign_in_is_not_fresh_for_ever(reader, at_home):
    assert datetime.timedelta(minutes=10).seconds == 600
    assert "This cannot be undone." in text_of(
        at_home(reader(), seconds_ago=590).get("/akun/hapus/")
    )
