"""What waits for somebody, as short lists: each panel is one query, and its moves are buttons.

A panel belongs to a permission, not to a role, so that somebody with two roles sees both. Whose panels
they are says the module: writing, editing, discussing, selling.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ads.booking import BOOK
from articles.people import identity
from replies.cases import ANSWER

from . import answering, discussing, editing, selling, writing

if TYPE_CHECKING:
    from accounts.models import User

    from .lines import Panel


def panels_for(user: User) -> list[Panel]:
    """All panels that concern this person: the urgent ones, the others, and last those without a line,
    which are told only where the emptiness is news."""
    panels: list[Panel] = []
    if user.has_perm("articles.withdraw_article"):
        panels += editing.withdrawals(user)
    if user.has_perm("articles.write_live"):
        panels += writing.live_now()
    if user.has_perm("articles.change_article"):
        panels += writing.too_late(user)
    if user.has_perm("articles.add_article"):
        panels += writing.not_saved(user)
    if user.has_perm("articles.submit_article"):
        panels += writing.returned_to_me(user)
    if user.has_perm("articles.review_article"):
        panels += editing.leaks()
        panels += editing.for_editors(user)
    if user.has_perm("articles.submit_article"):
        panels += writing.my_writing(user)
    if user.has_perm("articles.publish_article"):
        panels += editing.changes(user)
    if user.has_perm(identity.JUDGE):
        panels += editing.duplicates()
    if user.has_perm(ANSWER):
        panels += answering.requests()
    if user.has_perm("comments.moderate_comment"):
        panels += discussing.comments()
    if user.has_perm(BOOK):
        panels += selling.selling()
    if user.has_perm("ads.view_campaign"):
        panels += selling.behind_course()
    if user.is_superuser:
        panels += discussing.wrong_counts()
    told = [panel for panel in panels if panel.rows or panel.empty]
    return sorted(told, key=lambda panel: (not panel.rows, not panel.is_urgent))
