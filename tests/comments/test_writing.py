"""The form of a comment: who gets it, what it takes, and that nothing typed in it is lost."""

from __future__ import annotations

import datetime
import html as html_module
import re

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from articles.models import Article
from comments import readers, terms
from comments.choices import Action, Openness, State, WordList
from comments.models import Comment, Discussion, ModerationEvent, Policy, Word
from comments.words import key_of
from tests.comments.people import decide, member, moderator, reader, staff, written
from tests.factories import ArticleFactory, PublicationFactory

pytestmark = pytest.mark.django_db

TEXT = "Jalan ke dermaga <b>sudah</b> lama rusak & berlubang."


@pytest.fixture
def article() -> Article:
    PublicationFactory()
    return ArticleFactory(is_public=True, headline="Harga pasar", slug="pasar")


@pytest.fixture
def user(client):
    user = member(email="ummu@example.org")
    client.force_login(user)
    return user


def path_of(article: Article, name: str = "tulis", parent: Comment | None = None) -> str:
    return f"/komentar/{article.pk}/{name}/" + (f"?balas={parent.pk}" if parent else "")


def form_of(client: Client, article: Article, parent: Comment | None = None) -> dict[str, str]:
    """The fields of the form as a browser would send them, without the text."""
    return fields_in(client.get(path_of(article, "formulir", parent)))


def fields_in(response: HttpResponse) -> dict[str, str]:
    found = re.findall(
        r'<input [^>]*name="([^"]+)"(?: value="([^"]*)")?', response.content.decode()
    )
    return dict(found)


def text_in(response: HttpResponse) -> str:
    """What stands in the form of the answer."""
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", response.content.decode(), re.S)
    return html_module.unescape(found[1]) if found else ""


def refusal_in(response: HttpResponse) -> str:
    found = re.search(r'role="alert">(.*?)</p>', response.content.decode(), re.S)
    return html_module.unescape(found[1]) if found else ""


def send(
    client: Client,
    article: Article,
    text: str = TEXT,
    parent: Comment | None = None,
    *,
    is_fetched: bool = False,
    **fields: str,
) -> HttpResponse:
    data = {**form_of(client, article, parent), "body": text} | fields
    headers = {"x-fragment": "1"} if is_fetched else {}
    return client.post(path_of(article, parent=parent), data, headers=headers)


class TestWhoGetsTheForm:
    def test_visitor_is_invited_and_gets_neither_form_nor_cookie(self, client, article) -> None:
        response = client.get(path_of(article, "formulir"))
        html = response.content.decode()
        assert "<form" not in html
        assert not response.cookies
        assert f"/akun/masuk/?next=%2Fkomentar%2F{article.pk}%2Ftulis%2F" in html

    def test_page_of_the_form_leads_a_visitor_to_the_door_and_back(self, client, article) -> None:
        parent = written(article)
        response = client.get(path_of(article, parent=parent))
        assert (response.status_code, response["Location"]) == (
            303,
            f"/akun/masuk/?next=%2Fkomentar%2F{article.pk}%2Ftulis%2F%3Fbalas%3D{parent.pk}",
        )

    def test_reader_gets_a_form_with_a_name_and_a_field_for_programs(
        self, client, article, user
    ) -> None:
        response = client.get(path_of(article, "formulir"))
        html = response.content.decode()
        assert "Anda menulis sebagai <bdi>Ummu Kalsum</bdi>." in html
        assert "ummu@example.org" not in html
        names = list(fields_in(response))
        assert names[:2] == ["csrfmiddlewaretoken", "token"]
        assert re.fullmatch(r"f[0-9a-f]{10}", names[2])
        assert names[2] not in form_of(client, article)

    def test_form_of_an_answer_names_whom_it_answers(self, client, article, user) -> None:
        parent = written(article, author_name="Baso", body="Apa betul?")
        assert (
            "Balasan Anda untuk <bdi>Baso</bdi>"
            in client.get(path_of(article, "formulir", parent)).content.decode()
        )
        page = client.get(path_of(article, parent=parent)).content.decode()
        assert "Apa betul?" in page

    @pytest.mark.parametrize("number", ["x", "-1", "9" * 19, "²", "99999"])
    def test_answer_to_nothing_is_not_found(self, client, article, user, number) -> None:
        assert client.get(f"{path_of(article)}?balas={number}").status_code == 404

    def test_answer_to_a_comment_of_another_story_is_not_found(self, client, article, user) -> None:
        other = written(ArticleFactory(is_public=True))
        assert client.get(path_of(article, parent=other)).status_code == 404


class TestTerms:
    @pytest.fixture
    def newcomer(self, client):
        user = reader()
        client.force_login(user)
        return user

    def test_whoever_has_no_name_or_old_terms_is_led_to_the_own_page(
        self, client, article, newcomer
    ) -> None:
        response = client.get(path_of(article))
        way = f"/akun/?next=%2Fkomentar%2F{article.pk}%2Ftulis%2F"
        assert (response.status_code, response["Location"]) == (303, way)
        html = client.get(path_of(article, "formulir")).content.decode()
        assert f'href="{way}"' in html
        assert "<form" not in html

    def test_terms_that_changed_meanwhile_keep_the_text(self, client, article, user) -> None:
        fields = form_of(client, article)
        user.reader.terms_version = "2001-01"
        user.reader.save()
        response = client.post(path_of(article), fields | {"body": TEXT})
        assert (response.status_code, text_in(response)) == (403, TEXT)
        assert refusal_in(response) == "Setujui dulu ketentuannya. Teks Anda masih di sini."
        assert not Comment.objects.exists()


class TestTaking:
    def test_comment_is_taken_and_its_writer_sees_where_it_stands(
        self, client, article, user
    ) -> None:
        response = send(client, article)
        comment = Comment.objects.get()
        assert (comment.body, comment.author, comment.state) == (TEXT, user, State.PENDING)
        assert len(comment.address_block) == 32
        assert (response.status_code, response["Location"]) == (
            303,
            f"/komentar/k/{comment.pk}/diterima/",
        )
        html = client.get(response["Location"]).content.decode()
        assert "<strong>Menunggu moderator. Hanya Anda yang melihatnya.</strong>" in html
        assert "Jalan ke dermaga &lt;b&gt;sudah&lt;/b&gt; lama rusak &amp; berlubang." in html
        assert f'data-taken="{article.pk}-0"' in html

    def test_script_gets_the_same_as_a_piece(self, client, article, user) -> None:
        response = send(client, article, is_fetched=True)
        html = response.content.decode()
        assert response.status_code == 200
        assert html.strip().startswith('<div class="talk-received" data-taken')
        assert "<strong>Menunggu moderator. Hanya Anda yang melihatnya.</strong>" in html
        assert response["Cache-Control"] == "private, no-store"

    def test_answer_is_placed_under_what_it_answers(self, client, article, user) -> None:
        parent = written(article)
        send(client, article, parent=parent)
        assert Comment.objects.latest("id").path[:1] == [parent.pk]

    def test_shown_comment_is_said_to_be_shown(self, client, article, user) -> None:
        policy = Policy.objects.create()
        policy.sections_shown_first.add(article.section)
        html = send(client, article, is_fetched=True).content.decode()
        comment = Comment.objects.get()
        assert comment.state in {State.UNREVIEWED, State.PENDING}
        Comment.objects.update(state=State.UNREVIEWED)
        html = client.get(f"/komentar/k/{comment.pk}/diterima/").content.decode()
        assert "<strong>Sudah tampil; moderator akan membacanya.</strong>" in html
        assert f'href="/komentar/k/{comment.pk}/">Ke komentar Anda' in html

    def test_rejected_word_is_explained_and_nothing_is_shown(self, client, article, user) -> None:
        Word.objects.create(
            term="bangsat", key=key_of("bangsat"), list=WordList.BLOCK, is_active=True
        )
        html = send(client, article, "Dasar bangsat kalian semua", is_fetched=True).content.decode()
        assert Comment.objects.get().state == State.REJECTED
        assert "<strong>Tidak ditampilkan.</strong>" in html
        assert "Ada kata di dalamnya yang tidak kami muat." in html

    def test_staff_of_the_desk_comment_with_a_badge(self, client, article) -> None:
        colleague = staff("reporter", name="Rahma Lapantun")
        readers.join(colleague, name="", terms_version=terms.VERSION)
        client.force_login(colleague)
        send(client, article)
        comment = Comment.objects.get()
        assert (comment.state, comment.is_by_staff) == (State.APPROVED, True)

    def test_field_for_programs_sorts_the_comment_out_without_a_word(
        self, client, article, user
    ) -> None:
        fields = form_of(client, article)
        trap = next(name for name in fields if re.fullmatch(r"f\w{10}", name))
        response = client.post(
            path_of(article), fields | {"body": TEXT, trap: "http://judi.example"}
        )
        assert response.status_code == 303
        assert Comment.objects.get().state != State.APPROVED
        event = ModerationEvent.objects.get(action=Action.RECEIVED)
        assert event.to_state in {State.SPAM, State.PENDING}


class TestNothingIsLost:
    @pytest.mark.parametrize("is_fetched", [False, True])
    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("a" * 3001, "Komentar paling banyak 3.000 karakter; ini 3.001."),
            ("…", "Tulis sesuatu dulu."),
        ],
    )
    def test_refused_text_is_in_the_form_with_the_reason_and_a_fresh_token(
        self, client, article, user, text, sentence, is_fetched
    ) -> None:
        before = form_of(client, article)
        response = client.post(
            path_of(article),
            before | {"body": text},
            headers={"x-fragment": "1"} if is_fetched else {},
        )
        assert response.status_code == 422
        assert not Comment.objects.exists()
        assert text_in(response) == text
        assert refusal_in(response)
        after = fields_in(response)
        assert after["token"] != before["token"]
        assert client.post(path_of(article), after | {"body": "Sekarang pendek"}).status_code == 303

    def test_discussion_that_closed_meanwhile_keeps_the_text(self, client, article, user) -> None:
        fields = form_of(client, article)
        Discussion.objects.create(article=article, openness=Openness.CLOSED)
        response = client.post(path_of(article), fields | {"body": TEXT})
        assert (response.status_code, text_in(response)) == (422, TEXT)
        assert "ditutup" in refusal_in(response)

    def test_answer_to_what_was_hidden_meanwhile_keeps_the_text(
        self, client, article, user
    ) -> None:
        parent = written(article, author_name="Baso", body="Hilang")
        fields = form_of(client, article, parent)
        Comment.objects.filter(pk=parent.pk).update(state=State.REJECTED)
        response = client.post(path_of(article, parent=parent), fields | {"body": TEXT})
        assert (response.status_code, text_in(response)) == (422, TEXT)
        assert "Baso" not in response.content.decode()
        assert "Hilang" not in response.content.decode()

    def test_pace_is_told_and_the_text_kept(self, client, article, user) -> None:
        for n in range(3):
            assert send(client, article, f"Komentar nomor {n} saya").status_code == 303
        response = send(client, article, TEXT)
        assert (response.status_code, text_in(response)) == (422, TEXT)

    @pytest.mark.parametrize("is_fetched", [False, True])
    def test_whoever_was_signed_out_meanwhile_keeps_the_text_and_the_way_back(
        self, client, article, user, is_fetched
    ) -> None:
        fields = form_of(client, article)
        client.logout()
        response = client.post(
            path_of(article),
            fields | {"body": TEXT},
            headers={"x-fragment": "1"} if is_fetched else {},
        )
        html = response.content.decode()
        assert (response.status_code, text_in(response)) == (403, TEXT)
        assert f'href="/akun/masuk/?next=%2Fkomentar%2F{article.pk}%2Ftulis%2F"' in html
        assert not Comment.objects.exists()
        # Signed in again in another tab: the form that is on the page still works, once it is fresh.
        client.force_login(user)
        again = client.post(path_of(article), fields_in(response) | {"body": text_in(response)})
        assert text_in(again) == TEXT
        last = client.post(path_of(article), fields_in(again) | {"body": text_in(again)})
        assert last.status_code == 303
        assert Comment.objects.get().body == TEXT


class TestOwn:
    def test_own_comments_that_others_do_not_see_are_listed_with_their_state(
        self, client, article, user
    ) -> None:
        written(article, author=user, state=State.PENDING, body="tunggu")
        written(article, author=user, state=State.REJECTED, body="tolak")
        shown = written(article, author=user, body="tayang")
        written(article, author=user, state=State.REMOVED, body="hapus")
        written(article, state=State.PENDING, body="orang lain")
        html = client.get(path_of(article, "saya")).content.decode()
        assert re.findall(r'class="word-text" dir="auto"><p>(.*?)</p>', html) == ["tolak", "tunggu"]
        assert re.findall(r'data-of="(\d+)"', html) == [str(shown.pk)]
        assert f"/komentar/k/{shown.pk}/sunting/" in html

    def test_moderators_reason_is_told(self, client, article, user) -> None:
        comment = written(article, author=user, state=State.PENDING)
        decide(comment, State.REJECTED, by=moderator(), reason="insult", note="Tanpa makian, ya.")
        html = client.get(path_of(article, "saya")).content.decode()
        assert "Tanpa makian, ya." in html

    def test_visitor_has_none(self, client, article) -> None:
        written(article)
        html = client.get(path_of(article, "saya")).content.decode()
        assert "own-word" not in html
        assert "data-of" not in html

    def test_text_is_changed_within_five_minutes_and_checked_anew(
        self, client, article, user
    ) -> None:
        comment = written(article, author=user, body="Lama")
        path = f"/komentar/k/{comment.pk}/sunting/"
        fields = fields_in(client.get(path))
        response = client.post(path, fields | {"body": "Baru sekali"})
        assert (response.status_code, response["Location"]) == (
            303,
            f"/komentar/k/{comment.pk}/diterima/",
        )
        comment.refresh_from_db()
        assert (comment.body, comment.state) == ("Baru sekali", State.PENDING)
        assert comment.versions.get().body == "Lama"

    def test_change_that_comes_too_late_keeps_what_was_typed(self, client, article, user) -> None:
        comment = written(
            article,
            author=user,
            body="Lama",
            created_at=timezone.now() - datetime.timedelta(minutes=5, seconds=1),
        )
        path = f"/komentar/k/{comment.pk}/sunting/"
        assert "<form" not in client.get(path).content.decode()
        response = client.post(path, {"body": "Baru sekali"})
        assert (response.status_code, text_in(response)) == (422, "Baru sekali")
        comment.refresh_from_db()
        assert comment.body == "Lama"

    @pytest.mark.parametrize("state", [State.APPROVED, State.PENDING, State.REJECTED])
    def test_own_comment_is_removed_only_by_a_button(self, client, article, user, state) -> None:
        comment = written(article, author=user, state=state)
        path = f"/komentar/k/{comment.pk}/hapus/"
        client.get(path)
        comment.refresh_from_db()
        assert comment.state == state
        assert client.post(path).status_code == 303
        comment.refresh_from_db()
        assert comment.state == State.REMOVED
        assert "Anda menghapus komentar ini." in client.get(path).content.decode()
        assert client.post(path).status_code == 422

    def test_own_comment_under_a_withdrawn_story_is_removed_without_its_headline(
        self, client, user
    ) -> None:
        PublicationFactory()
        gone = ArticleFactory(is_withdrawn=True, headline="Yang dicabut")
        comment = written(gone, author=user)
        path = f"/komentar/k/{comment.pk}/hapus/"
        assert "Yang dicabut" not in client.get(path).content.decode()
        response = client.post(path)
        assert "Yang dicabut" not in client.get(response["Location"]).content.decode()

    @pytest.mark.parametrize("name", ["diterima", "sunting", "hapus"])
    def test_comment_of_somebody_else_is_not_there(self, client, article, user, name) -> None:
        comment = written(article, author=reader())
        path = f"/komentar/k/{comment.pk}/{name}/"
        assert client.get(path).status_code == 404
        assert client.post(path, {"body": "x"}).status_code in {404, 405}
        comment.refresh_from_db()
        assert (comment.body, comment.state) == ("Setuju.", State.APPROVED)

    @pytest.mark.parametrize("name", ["sunting", "hapus"])
    def test_visitor_is_led_to_the_door_and_back(self, client, article, name) -> None:
        comment = written(article, author=reader())
        response = client.get(f"/komentar/k/{comment.pk}/{name}/")
        assert response["Location"] == (
            f"/akun/masuk/?next=%2Fkomentar%2Fk%2F{comment.pk}%2F{name}%2F"
        )

    def test_change_by_whoever_was_signed_out_shows_the_text_again(self, client, article) -> None:
        comment = written(article, author=reader())
        response = client.post(f"/komentar/k/{comment.pk}/sunting/", {"body": TEXT})
        assert (response.status_code, text_in(response)) == (403, TEXT)


class TestReports:
    def test_report_is_taken_once_and_its_page_says_what_becomes_of_it(
        self, client, article, user
    ) -> None:
        comment = written(article)
        path = f"/komentar/k/{comment.pk}/lapor/"
        fields = fields_in(client.get(path))
        response = client.post(path, {"reason": "hatred", "note": "Lihat kalimat\x00 kedua"})
        assert (response.status_code, response["Location"]) == (303, path)
        report = comment.reports.get()
        assert (report.by, report.reason, report.note) == (user, "hatred", "Lihat kalimat kedua")
        html = client.get(path).content.decode()
        assert "Laporan Anda sudah kami terima." in html
        assert "<form" not in html
        assert client.post(path, fields | {"reason": "spam"}).status_code == 422
        assert comment.reports.count() == 1

    @pytest.mark.parametrize(
        ("reason", "note"),
        [("", "Kata saya"), ("other", ""), ("unknown", "Kata saya"), ("other", "\u2060\u200b")],
    )
    def test_report_without_reason_comes_back_with_the_note(
        self, client, article, user, reason, note
    ) -> None:
        comment = written(article)
        response = client.post(f"/komentar/k/{comment.pk}/lapor/", {"reason": reason, "note": note})
        assert (response.status_code, text_in(response)) == (422, note)
        assert refusal_in(response)
        assert not comment.reports.exists()

    def test_visitor_learns_two_ways_to_report(self, client, article) -> None:
        comment = written(article)
        html = client.get(f"/komentar/k/{comment.pk}/lapor/").content.decode()
        assert f"/akun/masuk/?next=%2Fkomentar%2Fk%2F{comment.pk}%2Flapor%2F" in html
        assert 'href="/kontak/"' in html
        response = client.post(f"/komentar/k/{comment.pk}/lapor/", {"note": "Catatan"})
        assert (response.status_code, text_in(response)) == (403, "Catatan")

    def test_nobody_reports_oneself(self, client, article, user) -> None:
        comment = written(article, author=user)
        path = f"/komentar/k/{comment.pk}/lapor/"
        assert "Ini komentar Anda sendiri." in client.get(path).content.decode()
        client.post(path, {"reason": "spam"})
        assert not comment.reports.exists()
