"""What was done to the comments of others, tried here: attacks 2, 6, 7, 10, 11, 12 and 13.

The others stand where what they attack stands, each with its number in the name: 1, 3, 4, 8, and the
rest of 11 and 12 in test_attacks_on_pages.py; 5 in test_names.py and accounts/test_signing_up.py;
9 in test_races.py; 14 in desk/test_comment_roles.py.
"""

from __future__ import annotations

import datetime
import json
import socket
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import RequestFactory, TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.network import client_address
from comments import (
    counts,
    mails,
    moderation,
    network,
    notices,
    readers,
    reports,
    submission,
    terms,
    threads,
)
from comments.choices import Order, State
from comments.models import Comment, Discussion, place_in_thread
from newsroom.models import OutgoingMail
from tests.factories import ArticleFactory

from .people import decide, moderator, reader, written
from .test_submission import CALM, send, shown_first

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("thousands")]


def test_attack_02_no_address_in_a_comment_is_ever_fetched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[Any] = []
    connect = socket.socket.connect

    def watch(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX:
            opened.append(address)
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", watch)
    body = f"{CALM} http://169.254.169.254/latest/ ![x](http://10.0.0.1/a.png) <img src=http://a.example>"
    comment = send(ArticleFactory(is_public=True), reader(), body).comment
    assert comment.body == body
    quoted = mails.quoted("http://a.example/x www.b.example")
    assert quoted == "http: //a. example/x www. b. example"
    assert opened == []


class TestAttack06:
    def test_bait_and_switch_after_approval_goes_back_to_the_queue(self) -> None:
        rani = reader()
        comment = send(shown_first(), rani).comment
        decide(comment, State.APPROVED, by=moderator())
        submission.edit(comment, f"{CALM} https://contoh.example", by=rani)
        comment.refresh_from_db()
        assert (comment.state, comment.is_shown) == (State.PENDING, False)

    def test_decision_and_edit_in_the_last_second_leave_no_unread_text_approved(self) -> None:
        rani, hasna = reader(), moderator()
        comment = send(ArticleFactory(is_public=True), rani).comment
        seen = Comment.objects.get(pk=comment.pk)
        last = comment.created_at + submission.EDIT_WINDOW - datetime.timedelta(seconds=0.1)
        with time_machine.travel(last, tick=False):
            submission.edit(comment, f"{CALM} Teks lain.", by=rani)
        with pytest.raises(moderation.Overtaken, match="mengubah teks"):
            moderation.decide(
                seen, State.APPROVED, by=hasna, seen=State.PENDING, seen_revision=seen.revision
            )
        comment.refresh_from_db()
        assert comment.state == State.PENDING

    def test_both_texts_of_a_comment_changed_twice_are_kept(self) -> None:
        rani = reader()
        comment = send(ArticleFactory(is_public=True), rani).comment
        submission.edit(comment, f"{CALM} Dua.", by=rani)
        submission.edit(comment, f"{CALM} Tiga.", by=rani)
        assert [v.body for v in comment.versions.all()] == [CALM, f"{CALM} Dua."]


class TestAttack07:
    @pytest.mark.parametrize(
        ("one", "other", "are_same"),
        [
            ("2001:db8:1:2::1", "2001:db8:1:ffff::9", True),
            ("2001:db8:1::1", "2001:db8:2::1", False),
            ("10.1.2.3", "10.1.2.250", True),
            ("10.1.2.3", "10.1.3.3", False),
            ("::ffff:10.1.2.3", "10.1.2.9", True),
            ("fe80::1%eth0", "fe80::2", True),
        ],
    )
    def test_block_is_cut_where_networks_are(self, one: str, other: str, are_same: bool) -> None:
        assert (network.hashed_block(one) == network.hashed_block(other)) is are_same

    @pytest.mark.parametrize("address", ["", "unix:", "1.2.3", "1.2.3.4, 5.6.7.8", "x" * 5000])
    def test_what_is_no_address_has_no_block(self, address: str) -> None:
        assert network.hashed_block(address) == ""

    @pytest.mark.parametrize(
        ("proxies", "header", "found"),
        [
            (0, "6.6.6.6", "9.9.9.9"),
            (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
            (2, "6.6.6.6, 1.2.3.4, 10.0.0.1", "1.2.3.4"),
            (2, "1.2.3.4", "9.9.9.9"),
        ],
    )
    def test_forwarded_header_is_believed_only_as_far_as_our_proxies_wrote_it(
        self, settings: Any, proxies: int, header: str, found: str
    ) -> None:
        settings.TRUSTED_PROXIES = proxies
        request = RequestFactory().get("/", REMOTE_ADDR="9.9.9.9", HTTP_X_FORWARDED_FOR=header)
        assert client_address(request) == found

    def test_key_of_networks_changes_every_month(self) -> None:
        with time_machine.travel(datetime.datetime(2026, 11, 30, 23, tzinfo=datetime.UTC)):
            november = network.hashed_block("10.1.2.3")
        with time_machine.travel(datetime.datetime(2026, 12, 1, 1, tzinfo=datetime.UTC)):
            assert network.hashed_block("10.1.2.3") != november


def rows_read(ask: Callable[[], Any]) -> int:
    """How many rows PostgreSQL touched to answer, whatever it gave out."""

    def touched(node: dict[str, Any]) -> int:
        below = sum(touched(child) for child in node.get("Plans", []))
        if "Scan" not in node["Node Type"]:
            return below
        per_loop = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
        return below + round(per_loop * node["Actual Loops"])

    with CaptureQueriesContext(connection) as queries:
        ask()
    total = 0
    with connection.cursor() as cursor:
        for query in queries:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query['sql']}")
            plan = cursor.fetchone()[0]
            plan = json.loads(plan) if isinstance(plan, str) else plan
            total += touched(plan[0]["Plan"])
    return total


def many(article: Any, number: int, parent: Comment | None = None) -> list[Comment]:
    now = timezone.now()
    rows = [
        Comment(
            article=article,
            parent=parent,
            body=f"Nomor {n}",
            author_name="Rani",
            state=State.APPROVED,
            created_at=now + datetime.timedelta(milliseconds=n),
        )
        for n in range(number)
    ]
    return Comment.objects.bulk_create(place_in_thread(rows), batch_size=2000)


def analyse() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE comments_comment")


class TestAttack10:
    @pytest.mark.parametrize("order", Order)
    def test_first_page_of_10000_threads_reads_no_more_than_a_page(self, order: Order) -> None:
        article = ArticleFactory(is_public=True)
        many(ArticleFactory(is_public=True), 500)
        many(article, 10_000)
        analyse()
        page = threads.page_of_threads(article, order)
        assert len(page.threads) == threads.THREADS
        assert rows_read(lambda: threads.page_of_threads(article, order)) <= threads.THREADS + 1
        deep = threads.page_of_threads(article, order, page.after)
        assert rows_read(lambda: threads.page_of_threads(article, order, page.after)) <= 2 * (
            threads.THREADS + 1
        )
        assert deep.threads[0].root.pk != page.threads[0].root.pk

    def test_thread_of_10000_answers_costs_the_page_what_one_of_five_does(self) -> None:
        small, large = ArticleFactory(is_public=True), ArticleFactory(is_public=True)
        many(small, 5, written(small))
        root = written(large)
        many(large, 10_000, root)
        analyse()
        # The first comment; the list of threads; of five answers the row in the index, in the thread,
        # and whom it answers. Whichever plan is chosen, for 5 answers as for 10,000.
        most = 1 + 1 + 3 * (threads.FIRST_REPLIES + 2)
        assert rows_read(lambda: threads.page_of_threads(small)) <= most
        assert rows_read(lambda: threads.page_of_threads(large)) <= most
        thread = threads.page_of_threads(large).threads[0]
        assert thread.replies.more == 9_997
        rest = threads.replies_after(large, thread.replies.after)
        assert (len(rest.items), rest.more) == (50, 9_947)
        # The answers, what each of them answers, and the thread's first comment.
        assert rows_read(lambda: threads.replies_after(large, thread.replies.after)) <= 103

    def test_chain_of_10000_answers_to_answers_is_hidden_and_shown_again_as_one(self) -> None:
        article = ArticleFactory(is_public=True)
        chain: list[Comment] = []
        for _number in range(10_000):
            chain.append(
                Comment(
                    article=article,
                    parent=chain[-1] if chain else None,
                    body="x",
                    author_name="Rani",
                    state=State.APPROVED,
                )
            )
        Comment.objects.bulk_create(place_in_thread(chain), batch_size=2000)
        hasna = moderator()
        discussion = Discussion.objects.get(pk=article.pk)
        assert discussion.shown_count == 10_000
        decide(chain[1], State.SPAM, by=hasna)
        discussion.refresh_from_db()
        assert discussion.shown_count == 1
        decide(chain[1], State.APPROVED, by=hasna)
        discussion.refresh_from_db()
        assert discussion.shown_count == 10_000
        assert list(counts.differences()) == []

    @pytest.mark.parametrize("order", [Order.NEWEST, Order.OLDEST])
    def test_threads_that_arrive_while_paging_repeat_and_hide_none(self, order: Order) -> None:
        article = ArticleFactory(is_public=True)
        there = {c.pk for c in many(article, 50)}
        seen: list[int] = []
        cursor = ""
        while True:
            page = threads.page_of_threads(article, order, cursor, size=7)
            seen += [t.root.pk for t in page.threads]
            written(article, created_at=timezone.now() - datetime.timedelta(hours=1))
            written(article, created_at=timezone.now() + datetime.timedelta(hours=1))
            cursor = page.after
            if not cursor or len(seen) > 200:
                break
        assert len(seen) == len(set(seen))
        assert there <= set(seen)

    def test_answers_that_arrive_while_paging_repeat_and_hide_none(self) -> None:
        article = ArticleFactory(is_public=True)
        root = written(article)
        there = {c.pk for c in many(article, 40, root)}
        thread = threads.page_of_threads(article).threads[0]
        seen, cursor = [c.pk for c in thread.replies.items], thread.replies.after
        while cursor:
            written(article, Comment.objects.get(pk=seen[0]))
            rest = threads.replies_after(article, cursor, size=7)
            seen += [c.pk for c in rest.items]
            cursor = rest.after
        assert len(seen) == len(set(seen))
        assert there <= set(seen)

    @pytest.mark.parametrize(
        "cursor",
        ["x", "t1", "t1-", "1-1-1", "t99999999999999999999-1", "t9223372036854775807-1", "5-5"],
    )
    def test_made_up_cursor_is_told_apart(self, cursor: str) -> None:
        with pytest.raises(threads.BadCursor):
            threads.page_of_threads(ArticleFactory(), Order.NEWEST, cursor)

    @pytest.mark.parametrize(
        "cursor", ["x", "1", "1.2", "1.2-x", "1.2.3.4.5.6-1", f"1.{'9' * 19}-1"]
    )
    def test_made_up_cursor_of_answers_is_told_apart(self, cursor: str) -> None:
        with pytest.raises(threads.BadCursor):
            threads.replies_after(ArticleFactory(), cursor)


class TestAttack11:
    def test_piled_up_marks_are_cut_to_three(self) -> None:
        piled = "Halo a" + "\u0301" * 5000 + " semua"
        comment = send(ArticleFactory(is_public=True), reader(), piled).comment
        assert comment.body == "Halo á\u0301\u0301\u0301 semua"

    def test_text_cannot_run_backwards(self) -> None:
        body = "\u202egnalub\u202c \u2066x\u2069 \u200fy"
        assert submission.clean_text(body) == "gnalub x y"

    def test_64_kilobytes_are_refused_before_any_check(self) -> None:
        with pytest.raises(submission.NotAccepted, match=r"65\.536"):
            send(ArticleFactory(is_public=True), reader(), "a" * 65_536)
        assert Comment.objects.count() == 0


class TestAttack12:
    def test_twenty_fresh_accounts_hide_nothing_and_make_one_case(self) -> None:
        comment = written(ArticleFactory(is_public=True))
        cases = [reports.report(comment, by=reader(), reason="hatred") for _ in range(20)]
        comment.refresh_from_db()
        assert (comment.state, comment.is_shown) == (State.APPROVED, True)
        assert list(Comment.objects.queued()) == [comment]
        assert comment.queue_due_at == cases[0].due_at

    def test_nobody_reports_twice_nor_their_own_nor_what_is_hidden(self) -> None:
        rani, andi = reader(), reader()
        comment = written(ArticleFactory(is_public=True), author=rani)
        reports.report(comment, by=andi, reason="spam")
        with pytest.raises(reports.NotTaken, match="sudah melaporkan"):
            reports.report(comment, by=andi, reason="hatred")
        with pytest.raises(reports.NotTaken, match="komentar Anda sendiri"):
            reports.report(comment, by=rani, reason="hatred")
        decide(comment, State.REJECTED, by=moderator())
        with pytest.raises(reports.NotTaken, match="tidak tampil lagi"):
            reports.report(comment, by=reader(), reason="hatred")
        assert comment.reports.count() == 1

    def test_one_account_does_not_report_everything(self) -> None:
        article, rani = ArticleFactory(is_public=True), reader()
        for comment in many(article, reports.A_DAY_AT_MOST):
            reports.report(comment, by=rani, reason="spam")
        with pytest.raises(reports.NotTaken, match="sudah banyak"):
            reports.report(written(article), by=rani, reason="spam")


class TestAttack13:
    def test_erased_text_is_looked_for_in_the_answers(self) -> None:
        article = ArticleFactory(is_public=True)
        comment = written(
            article, body="Anak saya Budi sekolah di SD 12 Lappabatu kelas tiga pagi hari."
        )
        quoting = written(article, comment, body="> anak saya BUDI sekolah di SD 12 … kasihan")
        other = written(article, comment, body="Semoga anak Ibu lekas sembuh.")
        moderation.erase(comment, rule="account deleted")
        assert list(Comment.objects.queued()) == [quoting]
        other.refresh_from_db()
        assert other.queue_due_at is None
        left = json.dumps(list(quoting.screenings.values_list("verdicts", flat=True)))
        assert "Budi" not in left
        assert "quotes" in left

    def test_nothing_of_it_is_left_in_any_row(self) -> None:
        rani = reader(name="Rani Unik", email="rani.unik@example.org")
        article = ArticleFactory(is_public=True)
        comment = send(article, rani, f"{CALM} Kalimat-unik-sekali.").comment
        submission.edit(comment, f"{CALM} Kalimat-unik-sekali dan lagi.", by=rani)
        moderation.erase(Comment.objects.get(pk=comment.pk), rule="account deleted")
        assert tables_with("Kalimat-unik-sekali") == []
        rani.delete()
        assert tables_with("Rani Unik") == []
        assert tables_with("rani.unik") == []

    def test_waiting_letter_that_quotes_it_is_not_sent(self, settings: Any) -> None:
        settings.EMAIL_BACKEND = "newsroom.mail.OutboxBackend"
        article, rani = ArticleFactory(is_public=True), reader()
        readers.join(rani, name="Rani Lestari", terms_version=terms.VERSION)
        parent = written(article, author=rani)
        answer = written(article, parent, body="Kalimat yang tidak boleh terkirim")
        other = written(article, parent, body="Kalimat lain")
        for comment in (answer, other):
            notices.tell_of_reply(comment)
        moderation.erase(answer)
        texts = "".join(OutgoingMail.objects.values_list("text", flat=True))
        assert ("tidak boleh terkirim" in texts, "Kalimat lain" in texts) == (False, True)

    def test_backup_does_not_bring_it_back(self, settings: Any, tmp_path: Any, capsys: Any) -> None:
        settings.VAR_DIR = tmp_path
        article, rani = ArticleFactory(is_public=True), reader()
        own, other = written(article, author=rani), written(article)
        gone = {"author_id": own.author_id, "body": own.body, "author_name": own.author_name}
        erasures_file = tmp_path / "erasures.jsonl"
        with TestCase.captureOnCommitCallbacks(execute=True):
            moderation.erase(own)
        # The backup of the day before is restored: everything is there again.
        Comment.objects.filter(pk=own.pk).update(state=State.APPROVED, **gone)
        with TestCase.captureOnCommitCallbacks(execute=True):
            call_command("erase_again")
        own.refresh_from_db()
        other.refresh_from_db()
        assert (own.state, own.body, other.state) == (State.ERASED, "", State.APPROVED)
        assert "Setuju" not in erasures_file.read_text()

    @pytest.mark.parametrize("line", ["x", "{}", '{"kind": "story", "id": 1, "at": "2026-01-01"}'])
    def test_damaged_list_is_named_with_its_line(self, tmp_path: Any, line: str) -> None:
        path = tmp_path / "list.jsonl"
        path.write_text(f"{line}\n")
        with pytest.raises(CommandError, match="line 1"):
            call_command("erase_again", path)


def tables_with(words: str) -> list[str]:
    """The tables of comments that hold the words anywhere."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(("comments_", "accounts_")):
                cursor.execute(f'SELECT 1 FROM "{table}" t WHERE t::text LIKE %s', [f"%{words}%"])
                if cursor.fetchone():
                    found.append(table)
    return found
