import pytest
from django.contrib.auth.models import Group, Permission

from newsroom.roles import ROLES, permissions_of, sync_groups

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ROLES)
def test_group_holds_exactly_what_the_table_says(role):
    group = Group.objects.get(name=role)
    held = {
        f"{p.content_type.app_label}.{p.codename}"
        for p in group.permissions.select_related("content_type")
    }
    assert held == permissions_of(role)


def test_nobody_may_delete_a_story_or_a_correction():
    # Whether readers may read its words is all that can be changed of a correction (tests/articles/test_holding.py).
    forbidden = {"articles.delete_article", "articles.delete_correction"}
    assert [role for role in ROLES if permissions_of(role) & forbidden] == []


def test_sync_takes_back_what_the_table_does_not_grant():
    reporter = Group.objects.get(name="reporter")
    reporter.permissions.add(Permission.objects.get(codename="delete_article"))
    sync_groups()
    assert not reporter.permissions.filter(codename="delete_article").exists()


def test_only_the_chief_editor_withdraws():
    assert [role for role in ROLES if "articles.withdraw_article" in permissions_of(role)] == [
        "chief_editor"
    ]
