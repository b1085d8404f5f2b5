"""The attacks of our list that come through the readers' pages; the others are in test_attacks.py."""

from __future__ import annotations

import datetime
import json
import re

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from articles.models import Article
from comments import bans, mails, tokens
from comments.choices import PinnedAs, State
from comments.models import Comment, Report
from tests.comments.people import member, moderator, reader, written
from tests.comments.test_writing import fields_in, form_of, path_of, refusal_in, text_in
from tests.factories import ArticleFactory, PublicationFactory, RelatedArticleFactory

pytestmark = pytest.mark.django_db

PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "{{ 7|add:7 }}{% now 'Y' %}",
    "javascript:alert(1)",
    "</textarea><script>alert(1)</script>",
    "]]><!--",
    "&lt;b&gt;&#x3c;script&#x3e;",
]
HARMFUL = re.compile(r"<script>|<img src=x|<svg|</textarea><script|<!--|\bon(error|load)=[^\"&]*>")
TEXT = "Jalan ke dermaga sudah lama rusak."


@pytest.fixture
def article() -> Article:
    PublicationFactory()
    return ArticleFactory(is_public=True, headline="Harga pasar", slug="pasar")


@pytest.fixture
def user(client):
    user = member(email="ummu@example.org")
    client.force_login(user)
    return user


def every_output(client: Client, article: Article, user) -> dict[str, str]:
    """All that readers are shown of the story's comments, by address."""
    own = Comment.objects.filter(article=article, author=user)
    root = Comment.objects.filter(article=article, parent=None, author=None).earliest("id")
    reply = Comment.objects.filter(article=article).exclude(parent=None).earliest("id")
    paths = [
        article.get_absolute_url(),
        f"{article.get_absolute_url()}komentar/",
        f"/komentar/{article.pk}/isi/",
        f"/komentar/{root.pk}/balasan/?sesudah={root.pk}.0-0",
        f"/komentar/k/{root.pk}/",
        f"/komentar/k/{reply.pk}/",
        f"/komentar/k/{root.pk}/lapor/",
        f"/komentar/{article.pk}/tulis/?balas={root.pk}",
        f"/komentar/{article.pk}/formulir/?balas={root.pk}",
        f"/komentar/{article.pk}/saya/",
        *(f"/komentar/k/{c.pk}/{n}/" for c in own for n in ("diterima", "sunting", "hapus")),
        *("/", "/terkini/"),
    ]
    outputs = {}
    for path in paths:
        response = client.get(path)
        assert response.status_code == 200, path
        outputs[path] = response.content.decode()
    return outputs


class TestAttack01StoredScripts:
    @pytest.fixture(params=PAYLOADS)
    def payload(self, request) -> str:
        return request.param

    @pytest.fixture
    def outputs(self, client, article, user, payload) -> dict[str, str]:
        user.name = payload[:120]
        user.save()
        Article.objects.filter(pk=article.pk).update(headline=payload, standfirst=payload)
        other = ArticleFactory(is_public=True)
        RelatedArticleFactory(article=article, related=other)
        root = written(article, body=payload, author_name=payload)
        for _ in range(5):
            parent = written(article, root, body=payload, author_name=payload)
        written(article, parent, body=payload, author_name=payload)
        written(article, author=user, body=payload, author_name=payload)
        written(article, author=user, body=payload, author_name=payload, state=State.PENDING)
        Comment.objects.filter(pk=root.pk).update(
            pinned_as=PinnedAs.RIGHT_OF_REPLY, pinned_at=timezone.now(), pinned_by=moderator()
        )
        outputs = every_output(client, article, user)
        refused = client.post(path_of(article), {"body": payload, "token": payload})
        outputs["refused"] = refused.content.decode()
        path = f"/komentar/k/{root.pk}/lapor/"
        reported = client.post(path, {"reason": payload, "note": payload})
        outputs["report refused"] = reported.content.decode()
        return outputs

    def test_no_output_runs_what_somebody_wrote(self, outputs, payload) -> None:
        for path, html in outputs.items():
            # What machines read of a story stands in a script element of its own, escaped.
            page = re.sub(r'<script type="application/ld\+json">.*?</script>', "", html, flags=re.S)
            assert not HARMFUL.search(page), path
            assert 'href="javascript' not in page, path

    def test_text_is_shown_as_it_was_written(self, client, article, user, payload) -> None:
        written(article, body=payload, author_name=payload)
        html = client.get(f"/komentar/{article.pk}/isi/").content.decode()
        found = re.search(r'class="word-text" dir="auto"><p>(.*?)</p>', html, re.S)
        escaped = found[1]
        assert "<" not in escaped
        for entity, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'")):
            escaped = escaped.replace(entity, letter)
        assert escaped.replace("&amp;", "&") == payload

    @pytest.mark.parametrize("template", ["decision", "reply", "report"])
    def test_mails_are_plain_text_without_links_of_others(
        self, article, user, payload, template
    ) -> None:
        words = mails.quoted(f"{payload} https://judi.example www.slot.example wa.me/62")
        mails.send(
            user,
            template,
            "Komentar\nBcc: semua@example.org",
            {
                "state": "rejected",
                "outcome": "kept",
                "is_kept": True,
                "reason": "iklan",
                "note": words,
                "quote": words,
                "from_name": words,
                "headline": article.headline,
                "url": "http://127.0.0.1:8000/komentar/k/1/",
            },
        )
        message = mail.outbox[-1]
        assert message.content_subtype == "plain"
        assert not getattr(message, "alternatives", [])
        assert message.to == ["ummu@example.org"]
        assert "\n" not in message.subject
        links = re.findall(r"https?://[^\s]+", message.body)
        assert all(link.startswith("http://127.0.0.1:8000/") for link in links)
        assert "&lt;" not in message.body or "&lt;" in payload
        assert not re.search(r"(judi|slot)\.example|wa\.me", message.body)


class TestAttack03OpenRedirect:
    @pytest.mark.parametrize("name", ["next", "back", "kembali", "return", "url"])
    @pytest.mark.parametrize(
        "target", ["https://jahat.example/", "//jahat.example/", "/\\jahat.example", "javascript:x"]
    )
    def test_nothing_in_a_query_or_a_form_leads_away(self, client, article, name, target) -> None:
        comment = written(article)
        query = {name: target}
        paths = [
            f"{article.get_absolute_url()}komentar/",
            f"/komentar/{article.pk}/isi/",
            f"/komentar/{article.pk}/tulis/",
            f"/komentar/{article.pk}/formulir/",
            f"/komentar/k/{comment.pk}/lapor/",
            f"/komentar/k/{comment.pk}/hapus/",
        ]
        for path in paths:
            for response in (client.get(path, query), client.post(path, query)):
                assert "jahat" not in response.get("Location", "")
                assert "jahat" not in response.content.decode()
        user = member()
        client.force_login(user)
        own = written(article, author=user)
        for response in (
            client.post(path_of(article), form_of(client, article) | query | {"body": TEXT}),
            client.post(f"/komentar/k/{own.pk}/sunting/", query | {"body": TEXT}),
            client.post(f"/komentar/k/{own.pk}/hapus/", query),
            client.post(f"/komentar/k/{comment.pk}/lapor/", query | {"reason": "spam"}),
        ):
            assert response.status_code == 303
            assert re.fullmatch(r"/komentar/k/\d+/(diterima|lapor)/", response["Location"])


class TestAttack04:
    def test_no_address_of_a_reader_is_in_any_output(self, client, article, user) -> None:
        author = reader(name="Baso", email="baso.rahasia@example.org")
        root = written(article, author=author, author_name="Baso")
        Comment.objects.filter(pk=root.pk).update(author=None)
        written(article, root, author=author, author_name="Baso")
        written(article, author=user)
        Comment.objects.filter(pk=root.pk).update(author=author)
        Comment.objects.filter(pk=written(article).pk).update(author=None)
        for path, html in every_output(client, article, user).items():
            assert "baso.rahasia" not in html, path
            assert "ummu@example.org" not in html, path

    @pytest.mark.parametrize("action", ["tulis", "sunting", "hapus", "lapor"])
    def test_nothing_is_done_without_the_token_of_the_browser(self, article, action) -> None:
        client = Client(enforce_csrf_checks=True)
        user = member()
        client.force_login(user)
        own, other = written(article, author=user), written(article)
        path, data = {
            "tulis": (path_of(article), form_of(client, article) | {"body": TEXT}),
            "sunting": (f"/komentar/k/{own.pk}/sunting/", {"body": TEXT}),
            "hapus": (f"/komentar/k/{own.pk}/hapus/", {}),
            "lapor": (f"/komentar/k/{other.pk}/lapor/", {"reason": "other", "note": TEXT}),
        }[action]
        for forged in ("", "x" * 64, "f" * 32):
            response = client.post(path, data | {"csrfmiddlewaretoken": forged})
            assert response.status_code == 403
            assert "Formulir tidak dapat diperiksa" in refusal_in(response)
            if action != "hapus":
                assert text_in(response) == TEXT
        own.refresh_from_db()
        assert (own.body, own.state) == ("Setuju.", State.APPROVED)
        assert (Comment.objects.count(), Report.objects.count()) == (2, 0)
        # The same form, sent by the reader.
        assert client.post(path, fields_in(response) | data).status_code == 303

    @pytest.mark.parametrize("action", ["tulis", "sunting", "hapus", "lapor"])
    def test_nothing_is_done_by_looking(self, client, article, user, action) -> None:
        own = written(article, author=user)
        path = path_of(article) if action == "tulis" else f"/komentar/k/{own.pk}/{action}/"
        assert client.head(f"{path}?body=x&reason=spam").status_code == 200
        assert client.get(f"{path}?body=x&reason=spam").status_code == 200
        own.refresh_from_db()
        assert (own.body, own.state, Comment.objects.count()) == ("Setuju.", State.APPROVED, 1)
        assert client.put(path).status_code == 405


class TestAttack08Tokens:
    def test_form_sent_a_hundred_times_makes_one_comment(self, client, article, user) -> None:
        fields = form_of(client, article) | {"body": TEXT}
        places = {client.post(path_of(article), fields)["Location"] for _ in range(100)}
        assert Comment.objects.count() == 1
        assert places == {f"/komentar/k/{Comment.objects.get().pk}/diterima/"}

    def test_token_of_another_story_does_not_open_this_one(self, client, article, user) -> None:
        other = ArticleFactory(is_public=True)
        response = client.post(path_of(article), form_of(client, other) | {"body": TEXT})
        assert (response.status_code, text_in(response)) == (422, TEXT)
        assert not Comment.objects.exists()
        assert (
            client.post(path_of(article), fields_in(response) | {"body": TEXT}).status_code == 303
        )

    def test_token_of_another_account_does_not_open_the_form(self, client, article, user) -> None:
        fields = form_of(client, article)
        client.force_login(member("Baso Lapantun"))
        mine = form_of(client, article)
        response = client.post(path_of(article), mine | {"token": fields["token"], "body": TEXT})
        assert (response.status_code, text_in(response)) == (422, TEXT)
        assert not Comment.objects.exists()

    @pytest.mark.parametrize("token", ["", "x", "a:b", "\x00", "eyJ9:aaaa", "f" * 5000])
    def test_missing_or_made_up_token_asks_again(self, client, article, user, token) -> None:
        response = client.post(path_of(article), {"token": token, "body": TEXT})
        assert (response.status_code, text_in(response)) == (422, TEXT)
        assert refusal_in(response)
        assert not Comment.objects.exists()

    @pytest.mark.parametrize(
        ("age", "status"),
        [
            (datetime.timedelta(hours=23), 303),
            (datetime.timedelta(hours=25), 422),
            # A form from a server whose clock is ahead.
            (-datetime.timedelta(seconds=50), 303),
            (-datetime.timedelta(minutes=5), 422),
        ],
    )
    def test_token_works_for_a_day_and_bears_clocks_that_differ(
        self, client, article, user, age, status
    ) -> None:
        with time_machine.travel(timezone.now() - age, tick=False):
            value, _token = tokens.issue(article_id=article.pk, user_id=user.pk)
        response = client.post(path_of(article), {"token": value, "body": TEXT})
        assert response.status_code == status
        if status == 422:
            assert text_in(response) == TEXT
            again = client.post(path_of(article), fields_in(response) | {"body": TEXT})
            assert again.status_code == 303


class TestAttack11:
    def test_long_text_within_the_limit_comes_back_whole(self, client, article, user) -> None:
        text = "a" * 60_000
        response = client.post(path_of(article), form_of(client, article) | {"body": text})
        assert (response.status_code, text_in(response)) == (422, text)

    @pytest.mark.parametrize("is_fetched", [False, True])
    def test_more_than_64_kilobytes_are_one_sentence(
        self, client, article, user, is_fetched
    ) -> None:
        headers = {"x-fragment": "1"} if is_fetched else {}
        response = client.post(path_of(article), {"body": "a" * (64 * 1024 + 1)}, headers=headers)
        html = response.content.decode()
        assert response.status_code == 413
        assert html.count("Teksnya terlalu panjang untuk diterima.") == 1
        assert ("<html" in html) is not is_fetched
        assert len(html) < 20_000

    @pytest.mark.parametrize("action", ["tulis", "sunting", "hapus", "lapor"])
    def test_ten_megabytes_of_json_are_one_sentence(self, client, article, user, action) -> None:
        own = written(article, author=user)
        path = path_of(article) if action == "tulis" else f"/komentar/k/{own.pk}/{action}/"
        small = client.post(path, json.dumps({"body": "x"}), content_type="application/json")
        assert small.status_code == 400
        assert "Hanya formulir halaman ini" in small.content.decode()
        large = json.dumps({"body": "x" * 10_000_000})
        response = client.post(path, large, content_type="application/json")
        assert response.status_code == 413

    @pytest.mark.parametrize(
        ("body", "content_type"),
        [
            ("a&" * 30_000, "application/x-www-form-urlencoded"),
            ("--x\r\nnothing", "multipart/form-data; boundary=x"),
            ("nothing", "multipart/form-data"),
            ("body=x", "text/plain"),
            ("", ""),
        ],
    )
    def test_forms_that_no_browser_sends_are_refused(
        self, client, article, user, body, content_type
    ) -> None:
        response = client.generic("POST", path_of(article), body, content_type)
        assert response.status_code in {400, 422}
        assert not Comment.objects.exists()

    def test_marks_and_directions_stay_inside_the_comment(self, client, article) -> None:
        written(article, body="a" + "\u0301" * 5000, author_name="\u202eRani")
        html = client.get(f"/komentar/{article.pk}/isi/").content.decode()
        assert '<p class="word-name"><bdi>\u202eRani</bdi></p>' in html
        assert '<div class="word-text" dir="auto"><p>a' in html

    def test_text_with_such_letters_is_taken_cleaned(self, client, article, user) -> None:
        text = "Ini\x00 \u202eterbalik\u202c dan a" + "\u0301" * 5000
        response = client.post(path_of(article), form_of(client, article) | {"body": text})
        assert response.status_code == 303
        assert Comment.objects.get().body == "Ini terbalik dan \u00e1\u0301\u0301\u0301"


class TestAttack12:
    @pytest.mark.parametrize("days", [None, 3])
    def test_banned_reader_with_an_open_form_keeps_the_text_and_hears_why(
        self, client, article, user, days
    ) -> None:
        fields = form_of(client, article)
        until = timezone.now() + datetime.timedelta(days=days) if days else None
        bans.ban(user, by=moderator(), reason="Iklan berulang", until=until)
        response = client.post(path_of(article), fields | {"body": TEXT})
        assert (response.status_code, text_in(response)) == (422, TEXT)
        assert "Iklan berulang" in refusal_in(response)
        assert not Comment.objects.exists()
        other = written(article)
        reported = client.post(f"/komentar/k/{other.pk}/lapor/", {"reason": "spam"})
        assert "Iklan berulang" in refusal_in(reported)
        # What was written before can still be taken back.
        own = written(article, author=user)
        assert client.post(f"/komentar/k/{own.pk}/hapus/").status_code == 303

    def test_banned_reader_gets_no_form_to_write_or_report_and_hears_why(
        self, client, article, user
    ) -> None:
        other = written(article)
        bans.ban(user, by=moderator(), reason="Iklan berulang")
        for path in (
            path_of(article),
            path_of(article, "formulir"),
            f"/komentar/k/{other.pk}/lapor/",
        ):
            response = client.get(path)
            html = response.content.decode()
            assert response.status_code == 200
            assert "Iklan berulang" in html
            assert "<textarea" not in html
            assert 'type="submit"' not in html.partition('<div class="talk-page">')[2]
        assert "Iklan berulang" in client.get("/akun/").content.decode()

    def test_refused_text_of_a_banned_reader_comes_back_without_a_button(
        self, client, article, user
    ) -> None:
        fields = form_of(client, article)
        other = written(article)
        bans.ban(user, by=moderator(), reason="Iklan berulang")
        for path, name in ((path_of(article), "body"), (f"/komentar/k/{other.pk}/lapor/", "note")):
            response = client.post(path, fields | {name: TEXT}, headers={"x-fragment": "1"})
            html = response.content.decode()
            assert text_in(response) == TEXT
            assert 'name="body"' not in html and 'name="note"' not in html
