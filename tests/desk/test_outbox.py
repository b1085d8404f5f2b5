"""Who sees the outgoing letters on the desk, and how much of them."""

import pytest

from newsroom.models import OutgoingMail

LIST = "/admin/newsroom/outgoingmail/"


@pytest.fixture
def letter(db):
    return OutgoingMail.objects.create(
        to="rani@example.org",
        sender="n@example.org",
        subject="123456 is your code",
        text="Secret text",
    )


def page(client, letter) -> str:
    return client.get(f"{LIST}{letter.pk}/change/").content.decode()


@pytest.mark.parametrize(
    ("role", "is_demo", "status"),
    [
        ("administrator", False, 200),
        ("reporter", False, 403),
        ("chief_editor", False, 403),
        ("reporter", True, 200),
    ],
)
def test_administrators_see_it_and_in_the_demo_everybody_who_works_there(
    settings, member, at_desk, letter, role, is_demo, status
):
    settings.DEMO = is_demo
    client = at_desk(member(role))
    assert client.get(LIST).status_code == status
    assert client.get(f"{LIST}{letter.pk}/change/").status_code == status
    assert ("Outgoing mail" in client.get("/admin/").content.decode()) is (status == 200)


def test_readers_never_see_it_not_even_in_the_demo(settings, client, letter):
    from tests.factories import UserFactory

    settings.DEMO = True
    client.force_login(UserFactory())
    assert client.get(LIST).status_code == 302


def test_letter_is_readable_where_nothing_is_sent(member, at_desk, letter):
    client = at_desk(member("administrator"))
    assert "123456 is your code" in client.get(LIST).content.decode()
    assert "Secret text" in page(client, letter)
    assert "Kept here, not sent" in page(client, letter)


def test_letter_cannot_be_read_in_production(settings, member, at_desk, letter):
    settings.IS_PRODUCTION = True
    client = at_desk(member("administrator"))
    listed, shown = client.get(LIST).content.decode(), page(client, letter)
    for text in (listed, shown):
        assert "rani@example.org" in text
        assert "•••••• is your code" in text
        assert "123456" not in text
        assert "Secret text" not in text


def test_nothing_is_added_changed_or_deleted_there(member, at_desk, letter):
    client = at_desk(member("administrator"))
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}{letter.pk}/change/", {"to": "x"}).status_code == 403
    assert client.post(f"{LIST}{letter.pk}/delete/", {"post": "yes"}).status_code == 403


def test_desk_has_no_page_for_proved_addresses(member, at_desk):
    client = at_desk(member("administrator"))
    assert client.get("/admin/account/emailaddress/").status_code == 404
