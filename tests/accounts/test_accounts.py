import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction

from accounts.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "padi-menguning-1"


def test_email_is_the_login_whatever_its_case():
    user = User.objects.create_user("Rahma@Example.org", PASSWORD, name="Rahma")
    assert authenticate(None, username="rahma@example.ORG", password=PASSWORD) == user


def test_email_is_unique_whatever_its_case():
    User.objects.create_user("rahma@example.org", name="Rahma")
    with pytest.raises(IntegrityError, match="accounts_user_email"), transaction.atomic():
        User.objects.create_user("RAHMA@example.org", name="Rahma")


def test_account_without_a_password_cannot_sign_in_with_one():
    User.objects.create_user("rahma@example.org", name="Rahma")
    assert authenticate(None, username="rahma@example.org", password="") is None


def test_account_needs_an_email():
    with pytest.raises(ValueError, match="e-mail"):
        User.objects.create_user("")


@pytest.mark.parametrize("is_demo_installation", [True, False])
def test_demo_account_is_dead_outside_the_demo(settings, client, is_demo_installation):
    settings.DEMO = True
    User.objects.create_user(
        "demo@example.org", PASSWORD, name="Demo", is_staff=True, is_superuser=True, is_demo=True
    )
    client.login(username="demo@example.org", password=PASSWORD)
    settings.DEMO = is_demo_installation
    # A session that was opened in the demo is worth nothing elsewhere.
    assert (client.get("/admin/").status_code == 200) is is_demo_installation
    found = authenticate(None, username="demo@example.org", password=PASSWORD)
    assert (found is not None) is is_demo_installation
