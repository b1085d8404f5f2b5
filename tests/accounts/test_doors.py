"""What the readers' door tells, where it leads, and what it leaves alone."""

import re
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.adapter import ReaderAdapter
from accounts.models import Session, User
from tests.accounts.conftest import ADDRESS, ask, code_in, sign_up, user_of
from tests.factories import ArticleFactory, StaffFactory

PAYLOADS = Path(__file__).parent / "data" / "open-redirects.txt"


# Enumeration: the page is the same for everybody


def answers_to(email: str, post) -> tuple[int, str, str]:
    """Status, address and the next page's text, without what is random or was typed."""
    visitor = Client()
    first = post(visitor, email)
    page = visitor.get(first.url).content.decode()
    page = re.sub(r'value="[^"]{64}"', "", page).replace(email, "…")
    return first.status_code, first.url, page


@pytest.mark.parametrize("post", [ask, sign_up], ids=["sign-in", "sign-up"])
def test_known_unknown_closed_and_staff_addresses_get_the_same_page(mailoutbox, reader, post):
    reader("Known Reader", email="known@example.org")
    reader("Closed Reader", email="closed@example.org", is_active=False)
    StaffFactory(email="staff@example.org", name="Hasrullah Makmur")
    kinds = ["known", "unknown", "closed", "staff"]
    answers = [answers_to(f"{kind}@example.org", post) for kind in kinds]
    assert answers[1:] == answers[:1] * 3
    # One letter each, so the time is of one class too.
    assert len(mailoutbox) == 4


def test_known_and_unknown_addresses_cost_the_same_work(mailoutbox, reader):
    """Time tells nothing apart that the same questions to the database do not."""
    reader("Known Reader", email="known@example.org")
    asked = {}
    for kind in ("known", "unknown"):
        visitor = Client()
        with CaptureQueriesContext(connection) as queries:
            ask(visitor, f"{kind}@example.org")
        asked[kind] = len(queries)
    assert abs(asked["known"] - asked["unknown"]) <= 6, asked
    assert len(mailoutbox) == 2


def test_unknown_address_is_led_to_sign_up_by_letter_and_comes_back_to_the_story(
    settings, client, mailoutbox
):
    ask(client, next="/2026/11/26/banjir/#komentar")
    mail = mailoutbox[0]
    assert mail.subject == "No account with this address yet"
    link = f"{settings.SITE_URL}/akun/daftar/?next=%2F2026%2F11%2F26%2Fbanjir%2F%23komentar"
    assert link in mail.body


def test_known_address_that_signs_up_is_led_to_sign_in_by_letter(settings, mailoutbox, reader):
    reader(email=ADDRESS)
    sign_up(Client(), ADDRESS, "Somebody Else")
    assert mailoutbox[0].subject == "You have an account already"
    assert f"{settings.SITE_URL}/akun/masuk/\n" in mailoutbox[0].body
    assert User.objects.get().name == "Rani Lestari"


def test_links_in_letters_never_come_from_the_request(settings, mailoutbox):
    settings.ALLOWED_HOSTS = ["*"]
    ask(Client(headers={"host": "evil.example"}))
    assert "evil" not in mailoutbox[0].body
    assert settings.SITE_URL in mailoutbox[0].body


def test_letters_hold_nothing_that_a_visitor_typed_but_the_way_back(mailoutbox):
    sign_up(Client(), ADDRESS, "Hadiah Anda Menunggu")
    assert "Hadiah" not in mailoutbox[0].subject + mailoutbox[0].body


@pytest.mark.parametrize(
    "address",
    [
        "rani@example.org\nBcc: all@example.org",
        "rani@example.org\r\nX-A: b",
        "a@b@example.org",
        "\0",
    ],
)
def test_header_cannot_be_injected_by_an_address(client, mailoutbox, address):
    assert ask(client, address).status_code == 200
    assert sign_up(client, address).status_code == 200
    assert mailoutbox == []


def test_dotless_i_is_another_address(mailoutbox, reader):
    """PostgreSQL takes ı for i when it ignores case; the code must not go to the other mailbox."""
    reader(email=ADDRESS)
    ask(Client(), "ran\u0131@example.org")
    assert [mail for mail in mailoutbox if "code" in mail.subject] == []


# Where to


def test_next_is_kept_through_signing_in(client, mailoutbox, reader):
    reader(email=ADDRESS)
    goal = ArticleFactory(is_public=True).get_absolute_url()
    page = client.get(f"/akun/masuk/?next={goal}").content.decode()
    assert f'<input type="hidden" name="next" value="{goal}">' in page
    response = ask(client, next=goal)
    assert response.url == f"/akun/kode/?next={goal.replace('/', '%2F')}"
    assert f'name="next" value="{goal}"' in client.get(response.url).content.decode()
    typed = {"code": code_in(mailoutbox[0]), "next": goal}
    assert client.post("/akun/kode/", typed).url == goal


def test_next_is_kept_through_signing_up(client, mailoutbox):
    response = sign_up(client, ADDRESS, next="/terkini/")
    assert response.url == "/akun/daftar/kode/?next=%2Fterkini%2F"
    wrong = client.post("/akun/daftar/kode/", {"code": "0", "next": "/terkini/"})
    assert 'name="next" value="/terkini/"' in wrong.content.decode()
    response = client.post("/akun/daftar/kode/", {"code": code_in(mailoutbox[0])})
    assert response.url == "/terkini/"


def test_own_page_sends_visitors_to_the_door_and_takes_them_back(client):
    assert client.get("/akun/hapus/").url == "/akun/masuk/?next=/akun/hapus/"


def test_next_leads_only_inside(client, mailoutbox, reader):
    """Open redirect: a long list of tricks, at each place where an address is followed."""
    user = reader(email=ADDRESS)
    client.force_login(user)
    payloads = PAYLOADS.read_text().splitlines()
    assert len(payloads) > 400
    for payload in payloads:
        for response in (
            client.get("/akun/masuk/", {"next": payload}),
            client.get("/akun/daftar/", {"next": payload}),
        ):
            assert leads_inside(response.url), payload
    for payload in payloads[::40]:
        visitor = Client()
        response = visitor.post("/akun/keluar/", {"next": payload})
        assert leads_inside(response.url), payload


def leads_inside(url: str) -> bool:
    """As a browser reads it: white space and control characters go, a backslash is a slash."""
    read = re.sub(r"[\x00-\x20]", "", url).replace("\\", "/")
    return read.startswith("/") and not read.startswith("//")


@pytest.mark.parametrize(
    "goal", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_next_out_of_the_site_is_dropped_after_a_code(client, mailoutbox, reader, goal):
    reader(email=ADDRESS)
    ask(client, next=goal)
    response = client.post("/akun/kode/", {"code": code_in(mailoutbox[0]), "next": goal})
    assert response.url == "/akun/"


# What is not there


@pytest.mark.parametrize(
    "path",
    [
        *("akun/email/", "akun/password/change/", "akun/password/set/", "akun/password/reset/"),
        *("akun/login/", "akun/signup/", "akun/reauthenticate/", "akun/social/", "accounts/login/"),
    ],
)
def test_other_pages_of_the_library_do_not_exist(client, path):
    assert client.get(f"/{path}").status_code == 404


# Pages that are private, and those that stay public


@pytest.mark.parametrize("path", ["/akun/masuk/", "/akun/daftar/"])
def test_page_of_the_door_is_kept_nowhere(client, path):
    header = client.get(path)["Cache-Control"]
    assert {"no-store", "private"} <= set(header.split(", "))


@pytest.mark.parametrize("is_signed_in", [False, True])
def test_public_pages_have_no_cookie_and_do_not_vary_by_one(client, reader, is_signed_in):
    if is_signed_in:
        client.force_login(reader())
    story = ArticleFactory(is_public=True).get_absolute_url()
    for path in ["/", story, "/privasi/", "/ketentuan-komentar/", "/nothing/"]:
        response = client.get(path)
        assert not response.cookies, path
        assert "Cookie" not in response.headers.get("Vary", ""), path
    assert client.get("/ketentuan-komentar/")["Cache-Control"] == (
        "public, max-age=0, must-revalidate"
    )


def test_session_begins_only_with_signing_in(client):
    client.get("/akun/masuk/")
    assert set(client.cookies) == {"csrftoken"}
    assert Session.objects.count() == 0


def test_forms_of_the_door_need_their_token(reader):
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/akun/masuk/", {"login": ADDRESS})
    assert response.status_code == 403
    assert "Open the page anew" in response.content.decode()


def test_signing_out_takes_a_button(client, reader):
    client.force_login(reader())
    assert client.get("/akun/keluar/").status_code == 200
    assert user_of(client)
    assert client.post("/akun/keluar/").url == "/"
    assert user_of(client) is None


def test_opening_the_door_again_leaves_the_code_on_its_way_good(client, mailoutbox, reader):
    reader(email=ADDRESS)
    ask(client)
    assert client.get("/akun/masuk/").status_code == 200
    client.post("/akun/kode/", {"code": code_in(mailoutbox[0])})
    assert user_of(client)


# By which address the limits count


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "", "127.0.0.1"),
        (0, "6.6.6.6", "127.0.0.1"),  # anybody can write that
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "6.6.6.6", "127.0.0.1"),  # past the proxies
        (1, "nonsense", "127.0.0.1"),
    ],
)
def test_limits_count_by_an_address_that_nobody_can_make_up(
    settings, rf, proxies, forwarded, expected
):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = rf.get("/", headers={"x-forwarded-for": forwarded} if forwarded else {})
    assert ReaderAdapter(request).get_client_ip(request) == expected


def test_address_that_the_desk_gave_to_nobody_any_more_can_sign_up(mailoutbox, reader):
    user = reader("Old Owner", email=ADDRESS)
    EmailAddress.objects.create(user=user, email=ADDRESS, verified=True, primary=True)
    User.objects.filter(pk=user.pk).update(email="new@example.org")
    visitor = Client()
    sign_up(visitor, ADDRESS, "Rani Lestari")
    visitor.post("/akun/daftar/kode/", {"code": code_in(mailoutbox[0])})
    assert user_of(visitor) == str(User.objects.get(email=ADDRESS).pk)
