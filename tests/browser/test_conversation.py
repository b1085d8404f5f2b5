"""The whole way of a comment: a reader signs up under a story, a moderator approves, another answers."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from comments import steps
from comments.choices import State
from comments.models import Comment
from newsroom.models import OutgoingMail
from tests.factories import ArticleFactory, PublicationFactory

from .conftest import DESK, PHONE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

PASSWORD = "padi-menguning-1"
ASKED = "Apakah pendampingan ini juga sampai ke sekolah di pulau?"
ANSWERED = "Kata kepala sekolah kami, jadwal pulau menyusul bulan depan."


@pytest.fixture
def story(settings: Any, monkeypatch: pytest.MonkeyPatch, transactional_db: Any) -> Any:
    settings.EMAIL_BACKEND = "newsroom.mail.OutboxBackend"
    # The browser types faster than anybody.
    monkeypatch.setattr(steps, "FASTEST_HUMAN", datetime.timedelta(0))
    cache.clear()
    PublicationFactory()
    hasna = User.objects.create_user("hasna@example.org", PASSWORD, name="Hasna", is_staff=True)
    hasna.groups.add(Group.objects.get(name="moderator"))
    return ArticleFactory(
        is_public=True,
        headline="Rapat mutu pendidikan",
        publish_at=timezone.now() - datetime.timedelta(hours=3),
    )


def join(page: Page, story: Any, name: str, email: str) -> None:
    """From the story's comments to an account and back."""
    page.goto(story.get_absolute_url())
    page.locator(".talk-button").click()
    page.get_by_role("link", name="Daftar").click()
    page.get_by_label("Alamat surel").fill(email)
    page.get_by_label("Nama", exact=True).fill(name)
    page.get_by_label("Saya menyetujui ketentuan komentar.").check()
    page.get_by_role("button", name="Kirim kode").click()
    expect(page.get_by_label("Kode", exact=True)).to_be_focused()
    found = re.search(r"\d{6}", OutgoingMail.objects.first().subject)
    assert found
    page.get_by_label("Kode", exact=True).fill(found[0])
    page.get_by_role("button", name="Selesaikan pendaftaran").click()


def approve_what_waits(page: Page, body: str) -> None:
    page.goto("/admin/comments/comment/queue/")
    if "/login/" in page.url:
        page.fill("[name=username]", "hasna@example.org")
        page.fill("[name=password]", PASSWORD)
        page.click("[type=submit]")
    page.wait_for_selector("html.has-js [data-queue]")
    expect(page.get_by_text(body).first).to_be_visible()
    # Long enough for a key to be meant for it.
    page.wait_for_timeout(320)
    page.keyboard.press("a")
    expect(page.get_by_text("Antrean kosong").first).to_be_visible()


def test_from_sign_up_to_a_published_reply(story: Any, new_context: Any) -> None:
    rani, baso, hasna = (
        new_context(**PHONE).new_page(),
        new_context(**PHONE).new_page(),
        new_context(**DESK).new_page(),
    )
    join(rani, story, "Rani Lestari", "rani@example.org")
    rani.get_by_label("Komentar Anda").fill(ASKED)
    rani.get_by_role("button", name="Kirim").click()
    expect(rani.get_by_text("Menunggu moderator").first).to_be_visible()
    approve_what_waits(hasna, ASKED)

    join(baso, story, "Baso Ilham", "baso@example.org")
    baso.goto(f"{story.get_absolute_url()}komentar/")
    expect(baso.get_by_text(ASKED)).to_be_visible()
    baso.get_by_role("link", name="Balas Rani Lestari").click()
    baso.get_by_label("Balasan Anda untuk Rani Lestari").fill(ANSWERED)
    baso.locator(".talk-answer").get_by_role("button", name="Kirim").click()
    expect(baso.get_by_text("Menunggu moderator").first).to_be_visible()
    approve_what_waits(hasna, ANSWERED)

    visitor = new_context(**PHONE).new_page()
    visitor.goto(story.get_absolute_url())
    visitor.get_by_role("button", name="Tampilkan 2 komentar").click()
    expect(visitor.get_by_text(ANSWERED)).to_be_visible()
    assert visitor.context.cookies() == []
    question, answer = Comment.objects.order_by("pk")
    assert (question.state, answer.state, answer.parent) == (
        State.APPROVED,
        State.APPROVED,
        question,
    )
    assert [e.by and e.by.name for e in answer.events.all()] == ["Baso Ilham", "Hasna"]
