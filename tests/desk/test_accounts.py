"""Accounts of the staff: who makes them, and that nobody climbs by them."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from tests.factories import UserFactory

ADD = reverse("admin:accounts_user_add")


def change(user):
    return reverse("admin:accounts_user_change", args=[user.pk])


def password(user):
    return reverse("admin:auth_user_password_change", args=[user.pk])


@pytest.fixture
def chief(member):
    return member("chief_editor")


def details(user, **changes):
    groups = [group.pk for group in user.groups.all()]
    return {
        "email": user.email,
        "name": user.name,
        "language": user.language,
        "is_active": "on",
        "is_staff": "on",
        "groups": groups,
    } | changes


def test_the_chief_editor_makes_an_account_with_a_role(chief, at_desk):
    role = Group.objects.get(name="reporter")
    data = {
        "email": "rahma@example.org",
        "name": "Rahma Nurdin",
        "language": "id",
        "is_staff": "on",
        "groups": [role.pk],
        "password1": "padi-menguning-1",
        "password2": "padi-menguning-1",
    }
    assert at_desk(chief).post(ADD, data).status_code == 302
    made = User.objects.get(email="rahma@example.org")
    assert [group.name for group in made.groups.all()] == ["reporter"]
    assert made.check_password("padi-menguning-1")
    assert not made.is_superuser


def test_the_form_calls_roles_what_the_newsroom_calls_them(chief, at_desk):
    page = at_desk(chief).get(ADD).content.decode()
    assert "Advertising desk" in page
    assert "chief_editor" not in page


def test_an_e_mail_address_in_another_case_is_taken(chief, member, at_desk):
    taken = member("reporter", email="rahma@example.org")
    other = member("reporter")
    response = at_desk(chief).post(change(other), details(other, email="Rahma@Example.org"))
    assert response.status_code == 200
    assert str(taken.email) in response.content.decode().lower()
    assert "There is already an account with this e-mail address." in response.content.decode()


def test_the_chief_editor_cannot_make_an_administrator(chief, member, at_desk):
    other = member("reporter")
    client = at_desk(chief)
    assert "is_superuser" not in client.get(change(other)).content.decode()
    client.post(change(other), details(other, is_superuser="on", user_permissions=["1", "2"]))
    other.refresh_from_db()
    assert not other.is_superuser
    assert other.user_permissions.count() == 0


def test_the_chief_editor_cannot_climb(chief, at_desk):
    at_desk(chief).post(change(chief), details(chief, is_superuser="on"))
    chief.refresh_from_db()
    assert not chief.is_superuser


def test_an_administrators_account_is_closed_to_the_chief_editor(chief, member, at_desk):
    administrator = member("administrator")
    client = at_desk(chief)
    assert client.post(change(administrator), details(administrator, name="x")).status_code == 403
    assert client.get(password(administrator)).status_code == 403
    new = {"usable_password": "true", "password1": "padi-kuning-22", "password2": "padi-kuning-22"}
    assert client.post(password(administrator), new).status_code == 403


def test_an_administrator_makes_administrators(member, at_desk):
    other = member("reporter")
    at_desk(member("administrator")).post(change(other), details(other, is_superuser="on"))
    other.refresh_from_db()
    assert other.is_superuser


def test_an_account_is_made_inactive_and_never_deleted(chief, member, at_desk):
    other = member("reporter")
    delete = reverse("admin:accounts_user_delete", args=[other.pk])
    for who in (chief, member("administrator")):
        assert at_desk(who).post(delete, {"post": "yes"}).status_code == 403
    at_desk(chief).post(change(other), details(other, is_active=""))
    other.refresh_from_db()
    assert not other.is_active


@pytest.mark.parametrize("role", ["reporter", "editor", "moderator", "ad_desk"])
def test_accounts_are_closed_to_other_roles(role, member, at_desk):
    user = member(role)
    client = at_desk(user)
    assert client.get(ADD).status_code == 403
    assert client.get(change(user)).status_code == 403
    chief_role = Group.objects.get(name="chief_editor").pk
    assert client.post(change(user), details(user, groups=[chief_role])).status_code == 403


def test_groups_have_no_pages_of_their_own():
    with pytest.raises(NoReverseMatch):
        reverse("admin:auth_group_changelist")


def test_list_shows_colleagues_and_readers_only_when_asked_for(member, at_desk):
    UserFactory(name="Rani Lestari", email="rani@example.org")
    client = at_desk(member("chief_editor", name="Hasrullah Makmur"))
    rows = {}
    for query in ("", "?who=readers", "?q=rani"):
        response = client.get(f"/admin/accounts/user/{query}")
        rows[query] = [user.name for user in response.context["cl"].result_list]
    assert rows == {
        "": ["Hasrullah Makmur"],
        "?who=readers": ["Rani Lestari"],
        "?q=rani": ["Rani Lestari"],
    }


@pytest.mark.parametrize("colleagues", [1, 3])
def test_the_list_says_who_has_no_second_factor_yet(
    chief, member, at_desk, settings, colleagues, django_assert_num_queries
):
    settings.SECOND_FACTOR_ROLES = frozenset({"editor"})
    client = at_desk(chief)
    for n in range(colleagues):
        member("editor", name=f"Editor {n}")
        member("reporter", name=f"Reporter {n}")
        with_one = member("editor", name=f"Ready {n}")
        Authenticator.objects.create(user=with_one, type="totp", data={})
        with_codes = member("editor", name=f"Codes {n}")
        Authenticator.objects.create(user=with_codes, type="recovery_codes", data={})
    address = reverse("admin:accounts_user_changelist")
    client.get(address)
    with django_assert_num_queries(9):
        page = client.get(address)
    said = {
        str(user): page.context["cl"].model_admin.factor(user)
        for user in page.context["cl"].result_list
    }
    assert (said["Editor 0"], said["Reporter 0"]) == ("not set up yet", "not required")
    assert (said["Ready 0"], said["Codes 0"]) == ("set up", "not set up yet")
