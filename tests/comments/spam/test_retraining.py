"""The filter learns from moderators, and nobody can teach it nonsense."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from comments.choices import State
from comments.models import Comment, place_in_thread
from comments.spam import SpamModelError, files, retraining, score, scoring
from comments.spam.decisions import Decision, decisions
from comments.spam.learning import example, learn
from comments.spam.retraining import MOST_OF_AN_ACCOUNT, bounded, retrain
from tests.factories import ArticleFactory, UserFactory


@pytest.fixture(autouse=True)
def few_comments(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of its own, and every twentieth of the shipped comments, for speed."""
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(scoring, "_current", None)
    lines = files.SHIPPED_COMMENTS.read_text("utf-8").splitlines()[::20]
    few = tmp_path / "few.jsonl"
    few.write_text("\n".join(lines), "utf-8")
    monkeypatch.setattr(files, "SHIPPED_COMMENTS", few)


def moderated(count: int = 300) -> Iterator[Decision]:
    """A kind of spam that the shipped set does not know: miracle herbs."""
    for number in range(count):
        yield Decision(f"obat herbal ampuh asam urat pesan sekarang {number}", True, number)
        yield Decision(f"semoga desa nomor {number} segera dapat air bersih", False, number)


def test_what_moderators_call_spam_is_spam_afterwards() -> None:
    herbs = "obat herbal ampuh untuk asam urat"
    assert score(herbs).probability < 0.5
    outcome = retrain(moderated())
    assert outcome.is_kept
    assert outcome.learned + outcome.examined == 600
    assert score(herbs).probability > 0.8
    assert score("semoga desa kami segera dapat air bersih").probability < 0.1


def test_what_the_shipped_set_taught_stays() -> None:
    retrain(moderated())
    assert score("rejeki nomplok dari 𝐃𝐔𝐑𝐈𝐀𝐍𝟒𝐃").probability > 0.8


def test_the_former_model_is_kept_beside_the_new_one() -> None:
    retrain(moderated())
    first = files.trained_model().read_bytes()
    assert not files.former_model().exists()
    assert retrain(moderated(400)).is_kept
    assert files.former_model().read_bytes() == first


def test_a_worse_model_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    assert retrain(moderated()).is_kept
    first = files.trained_model().read_bytes()
    upside_down = [example(row.text, not row.is_spam) for row in moderated()]
    monkeypatch.setattr(retraining, "learn", lambda *_: learn(upside_down))
    outcome = retrain(moderated())
    assert not outcome.is_kept
    assert outcome.loss is not None and outcome.former_loss is not None
    assert outcome.loss > outcome.former_loss
    assert files.trained_model().read_bytes() == first


def test_a_damaged_own_model_is_replaced() -> None:
    files.trained_model().parent.mkdir(parents=True)
    files.trained_model().write_bytes(b"rubbish")
    assert retrain(moderated()).is_kept
    assert 0 < score("selamat pagi").probability < 0.5


def test_a_few_decisions_train_nothing() -> None:
    outcome = retrain(moderated(20))
    assert (outcome.is_kept, outcome.loss) == (False, None)
    assert not files.trained_model().exists()


def test_nobody_teaches_more_than_a_few_comments_of_each_kind() -> None:
    rows = [Decision(f"saya {number}", number % 2 == 0, 7) for number in range(200)]
    rows += [Decision(f"dia {number}", True, 8) for number in range(5)]
    taken = list(bounded(rows))
    assert [row.author_id for row in taken].count(7) == 2 * MOST_OF_AN_ACCOUNT
    assert [row.author_id for row in taken].count(8) == 5


def test_comments_without_an_account_are_bounded_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retraining, "MOST_WITHOUT_ACCOUNT", 30)
    rows = [Decision(f"tanpa nama {number}", True, None) for number in range(50)]
    assert len(list(bounded(rows))) == 30


def test_one_text_counts_once_however_it_is_written() -> None:
    rows = [Decision("Main di SLOT", True, 1), Decision("main di 𝐬𝐥𝐨𝐭", False, 2)]
    assert list(bounded(rows)) == rows[:1]


def test_no_more_than_the_newest_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retraining, "MOST_DECISIONS", 10)
    assert len(list(bounded(moderated()))) == 10


def test_the_same_examples_give_the_same_model() -> None:
    examples = [example(row.text, row.is_spam) for row in moderated(50)]
    assert learn(examples).compact() == learn(examples).compact()


def test_learning_needs_both_kinds() -> None:
    with pytest.raises(ValueError, match="spam and comments that are none"):
        learn([example("a", True)])


@pytest.mark.parametrize("content", [None, "no json", '{"text": "a"}'])
def test_missing_or_damaged_shipped_comments_are_one_clear_error(content: str | None) -> None:
    files.SHIPPED_COMMENTS.unlink()
    if content:
        files.SHIPPED_COMMENTS.write_text(content)
    with pytest.raises(SpamModelError, match="Comments to learn from"):
        retrain(moderated())
    with pytest.raises(CommandError, match="Comments to learn from"):
        call_command("train_spam_filter", "--shipped")


@pytest.mark.django_db
def test_decisions_are_spam_and_approved_comments_the_newest_first() -> None:
    article, author = ArticleFactory(), UserFactory()
    comments = [
        Comment(
            article=article,
            author=author if state == State.SPAM else None,
            author_name="Rani",
            body=f"ini {state}",
            state=state,
            created_at=timezone.now(),
        )
        for state in (State.APPROVED, State.PENDING, State.REJECTED, State.SPAM, State.REMOVED)
    ]
    Comment.objects.bulk_create(place_in_thread(comments))
    assert list(decisions()) == [
        Decision("ini spam", True, author.pk),
        Decision("ini approved", False, None),
    ]


@pytest.mark.django_db
def test_the_command_says_what_came_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("train_spam_filter")
    assert "100" in capsys.readouterr().out
    assert not files.trained_model().exists()


def test_shipped_comments_are_lines_of_text_and_label() -> None:
    for line in files.SHIPPED_COMMENTS.read_text("utf-8").splitlines():
        assert json.loads(line).keys() == {"text", "spam"}
