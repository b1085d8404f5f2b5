"""The readers' door, as a browser goes through it."""

import datetime
import re
import statistics
import time
from pathlib import Path

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from accounts import doors
from accounts.adapter import ReaderAdapter
from accounts.models import Session, User
from comments.models import Reader
from comments.terms import VERSION
from tests.accounts.conftest import code_in, sign_up
from tests.factories import ArticleFactory, StaffFactory, UserFactory

ADDRESS = "rani@example.org"
PAYLOADS = Path(__file__).parent / "data" / "open-redirects.txt"


def user_of(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def ask(client: Client, email: str = ADDRESS, **more):
    return client.post("/akun/masuk/", {"login": email, **more})


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


# Signing up


def test_sign_up_makes_a_reader_once_the_code_is_typed(client, mailoutbox):
    response = sign_up(client, "Rani@Example.org", "  Rani   Lestari ")
    assert response.url == "/akun/daftar/kode/"
    response = client.post("/akun/daftar/kode/", {"code": code_in(mailoutbox[0])})
    assert response.url == "/akun/"
    user = User.objects.get()
    assert (user.email, user.name, user.has_usable_password()) == (
        "rani@example.org",
        "Rani Lestari",
        False,
    )
    reader = Reader.objects.get()
    assert reader.terms_version == VERSION
    assert timezone.now() - reader.terms_accepted_at < datetime.timedelta(minutes=1)
    assert EmailAddress.objects.get().verified
    assert user_of(client) == str(user.pk)


def test_code_stands_in_the_subject_and_may_be_typed_with_spaces(client, mailoutbox):
    sign_up(client, ADDRESS)
    code = code_in(mailoutbox[0])
    assert mailoutbox[0].subject == f"{code} is your code to sign up"
    client.post("/akun/daftar/kode/", {"code": f" {code[:3]} {code[3:]} "})
    assert user_of(client)


def test_code_field_can_be_filled_in_by_a_phone(client):
    sign_up(client, ADDRESS)
    page = client.get("/akun/daftar/kode/").content.decode()
    field = re.search(r'<input[^>]*name="code"[^>]*>', page)[0]
    assert 'autocomplete="one-time-code"' in field
    assert 'inputmode="numeric"' in field


def test_unproved_address_gets_nothing(client, mailoutbox):
    sign_up(client, ADDRESS, "Rani Lestari")
    user = User.objects.get()
    assert (user.name, user_of(client), Reader.objects.count()) == ("", None, 0)
    assert client.get("/akun/").status_code == 302
    # Not even the name is kept from others.
    sign_up(Client(), "other@example.org", "Rani Lestari")
    assert len(mailoutbox) == 2


def test_unproved_address_can_sign_up_again_with_another_name(client, mailoutbox):
    sign_up(Client(), ADDRESS, "Not Rani")
    sign_up(client, ADDRESS, "Rani Lestari")
    client.post("/akun/daftar/kode/", {"code": code_in(mailoutbox[1])})
    assert User.objects.get().name == "Rani Lestari"


def test_unproved_address_is_forgotten_after_a_day():
    sign_up(Client(), ADDRESS)
    assert doors.forget_unproven() == 0
    User.objects.update(created_at=timezone.now() - datetime.timedelta(hours=25))
    assert doors.forget_unproven() == 1
    assert User.objects.count() == 0


def test_accounts_that_are_real_are_never_forgotten(reader):
    reader("Rani Lestari")
    StaffFactory()
    UserFactory(name="Imported")
    User.objects.update(created_at=timezone.now() - datetime.timedelta(days=400))
    assert doors.forget_unproven() == 0


def test_sign_up_needs_the_terms(client, mailoutbox):
    response = client.post("/akun/daftar/", {"email": ADDRESS, "name": "Rani Lestari"})
    assert "Without the terms nobody can comment here." in response.content.decode()
    assert (mailoutbox, User.objects.count()) == ([], 0)


def test_name_that_was_taken_meanwhile_is_asked_for_again(client, mailoutbox, reader):
    sign_up(client, ADDRESS, "Rani Lestari", next="/terkini/")
    reader("Rani Lestari")
    response = client.post("/akun/daftar/kode/", {"code": code_in(mailoutbox[0])})
    assert response.url == "/akun/?next=%2Fterkini%2F"
    assert "Another reader has this name" in client.get(response.url).content.decode()
    again = {"do": "join", "name": "Rani Lestari Anwar", "terms": "on", "next": "/terkini/"}
    assert client.post("/akun/", again).url == "/terkini/"
    assert User.objects.get(email=ADDRESS).name == "Rani Lestari Anwar"


# Signing in


def test_reader_signs_in_by_a_code(client, mailoutbox, reader):
    user = reader(email=ADDRESS)
    assert ask(client, "RANI@example.ORG").url == "/akun/kode/"
    response = client.post("/akun/kode/", {"code": code_in(mailoutbox[0])})
    assert (response.url, user_of(client)) == ("/akun/", str(user.pk))


def test_session_of_a_reader_lasts_sixty_days(client, mailoutbox, reader):
    reader(email=ADDRESS)
    ask(client)
    client.post("/akun/kode/", {"code": code_in(mailoutbox[0])})
    rest = client.session.get_expiry_age()
    assert rest == 60 * 24 * 3600


def test_session_key_is_new_after_signing_in(client, mailoutbox, reader):
    """Session fixation: a key that somebody planted before is worth nothing after."""
    reader(email=ADDRESS)
    ask(client)
    planted = client.session.session_key
    client.post("/akun/kode/", {"code": code_in(mailoutbox[0])})
    assert client.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_session_knows_its_account(client, mailoutbox, reader):
    user = reader(email=ADDRESS)
    ask(client)
    client.post("/akun/kode/", {"code": code_in(mailoutbox[0])})
    assert [session.account_id for session in user.sessions.all()] == [user.pk]


def test_code_is_good_once(client, mailoutbox, reader):
    reader(email=ADDRESS)
    ask(client)
    code = code_in(mailoutbox[0])
    client.post("/akun/kode/", {"code": code})
    client.post("/akun/keluar/")
    assert client.post("/akun/kode/", {"code": code}).url == "/akun/masuk/"
    assert user_of(client) is None


def test_code_is_good_only_in_the_browser_that_asked(client, mailoutbox, reader):
    reader(email=ADDRESS)
    ask(client)
    thief = Client()
    ask(thief, "thief@example.org")
    thief.post("/akun/kode/", {"code": code_in(mailoutbox[0])})
    assert user_of(thief) is None


def test_new_code_makes_the_old_one_worthless(client, mailoutbox, reader):
    reader(email=ADDRESS)
    ask(client)
    client.post("/akun/kode/", {"action": "resend"})
    old, new = map(code_in, mailoutbox)
    client.post("/akun/kode/", {"code": old if old != new else other_than(new)})
    assert user_of(client) is None
    client.post("/akun/kode/", {"code": new})
    assert user_of(client)


def test_code_expires_after_a_quarter_of_an_hour(client, mailoutbox, reader):
    reader(email=ADDRESS)
    ask(client, next="/terkini/")
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=15, seconds=1)
    with time_machine.travel(later, tick=False):
        typed = {"code": code_in(mailoutbox[0]), "next": "/terkini/"}
        response = client.post("/akun/kode/", typed)
        assert response.url == "/akun/masuk/?next=%2Fterkini%2F"
        assert "This code is no longer good" in client.get(response.url).content.decode()
    assert user_of(client) is None


def test_three_wrong_codes_end_it(client, mailoutbox, reader):
    reader(email=ADDRESS)
    ask(client)
    code = code_in(mailoutbox[0])
    for _attempt in range(2):
        page = client.post("/akun/kode/", {"code": other_than(code)})
        assert "That is not the code of the latest mail." in page.content.decode()
    assert client.post("/akun/kode/", {"code": other_than(code)}).url == "/akun/masuk/"
    assert "Too many attempts" in client.get("/akun/masuk/").content.decode()
    client.post("/akun/kode/", {"code": code})
    assert user_of(client) is None


def test_three_wrong_codes_end_a_sign_up_too(client, mailoutbox):
    sign_up(client, ADDRESS)
    code = code_in(mailoutbox[0])
    for _attempt in range(3):
        client.post("/akun/daftar/kode/", {"code": other_than(code)})
    client.post("/akun/daftar/kode/", {"code": code})
    assert (user_of(client), Reader.objects.count()) == (None, 0)


@pytest.mark.parametrize("is_known", [True, False])
def test_brute_force_stops_at_five_codes_in_ten_minutes_from_any_number_of_browsers(
    mailoutbox, reader, is_known
):
    if is_known:
        reader(email=ADDRESS)
    answers = [ask(Client()).status_code for _browser in range(6)]
    assert answers == [302, 302, 302, 302, 302, 200]
    assert len(mailoutbox) == 5
    assert "Wait ten minutes" in ask(Client()).content.decode()


def test_brute_force_of_a_day_ends_at_twenty_codes(mailoutbox, reader):
    reader(email=ADDRESS)
    start = datetime.datetime(2026, 11, 26, 8, tzinfo=datetime.UTC)
    for quarter in range(8):
        with time_machine.travel(start + datetime.timedelta(minutes=15 * quarter), tick=False):
            for _browser in range(4):
                ask(Client())
    assert len(mailoutbox) == 20


def test_sign_up_has_the_same_limit(mailoutbox):
    answers = [sign_up(Client(), ADDRESS).status_code for _browser in range(6)]
    assert answers == [302, 302, 302, 302, 302, 429]
    assert len(mailoutbox) == 5


# Who may not


def test_staff_get_no_code_but_a_letter_that_sends_them_to_the_desk(client, mailoutbox):
    StaffFactory(email="redaktur@example.org")
    for post in (ask, sign_up):
        post(client, "redaktur@example.org")
        mail = mailoutbox.pop()
        assert mail.subject == "Sign in at the desk"
        assert not re.search(r"\d{6}", mail.subject + mail.body)
        assert "/admin/login/" in mail.body


def test_code_is_worthless_for_whoever_became_staff_meanwhile(client, mailoutbox, reader):
    user = reader(email=ADDRESS)
    ask(client)
    user.is_staff = True
    user.save()
    response = client.post("/akun/kode/", {"code": code_in(mailoutbox[0])})
    assert (response.url, user_of(client)) == ("/akun/ditutup/", None)


def test_closed_account_cannot_sign_in(client, mailoutbox, reader):
    reader(email=ADDRESS, is_active=False)
    ask(client)
    assert mailoutbox[0].subject == "Your account is closed"


def test_code_is_worthless_once_the_account_is_closed(client, mailoutbox, reader):
    user = reader(email=ADDRESS)
    ask(client)
    User.objects.filter(pk=user.pk).update(is_active=False)
    response = client.post("/akun/kode/", {"code": code_in(mailoutbox[0])})
    assert (response.url, user_of(client)) == ("/akun/ditutup/", None)
    assert client.get("/akun/ditutup/").status_code == 200


def test_demo_account_gets_no_code_outside_the_demo(settings, client, mailoutbox, reader):
    reader(email=ADDRESS, is_demo=True)
    settings.DEMO = False
    ask(client)
    assert mailoutbox[0].subject == "Your account is closed"
    settings.DEMO = True
    ask(client)
    assert "is your code" in mailoutbox[1].subject


def test_password_of_a_reader_opens_nothing_here(client):
    UserFactory(email=ADDRESS, name="Rani", password="padi-menguning-1")
    response = client.post("/akun/masuk/", {"login": ADDRESS, "password": "padi-menguning-1"})
    assert (response.url, user_of(client)) == ("/akun/kode/", None)


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


def test_known_and_unknown_addresses_take_the_same_time(mailoutbox, reader):
    for number in range(12):
        reader(f"Known {number + 10}", email=f"known{number}@example.org")

    def typical(prefix: str) -> float:
        times = []
        for number in range(12):
            visitor = Client()
            began = time.perf_counter()
            ask(visitor, f"{prefix}{number}@example.org")
            times.append(time.perf_counter() - began)
        return statistics.median(times)

    known, unknown = typical("known"), typical("unknown")
    assert 0.25 < known / unknown < 4


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
