"""What leaves for Sentry, with its own client and a transport that keeps it here."""

import json

import pytest

from newsroom.watch import sentry

sentry_sdk = pytest.importorskip("sentry_sdk")

DSN = "https://0123456789abcdef0123456789abcdef@sentry.example/1"


class Kept(sentry_sdk.transport.Transport):
    events: list = []

    def capture_envelope(self, envelope):
        self.events += [item.payload.json for item in envelope.items if item.type == "event"]

    def flush(self, *args, **kwargs):
        pass


@pytest.fixture
def told():
    Kept.events = []
    client = sentry_sdk.get_global_scope().client
    sentry.begin(
        DSN,
        "production",
        transport=Kept,
        default_integrations=False,
        auto_enabling_integrations=False,
    )
    yield Kept.events
    sentry_sdk.get_client().close()
    sentry_sdk.get_global_scope().set_client(client)


def test_a_fault_is_told_without_what_anybody_typed(told):
    password = "rahasia-42"
    try:
        raise RuntimeError(f"no letter to rani@example.org, password={password}")
    except RuntimeError as error:
        with sentry_sdk.new_scope() as scope:
            scope.set_extra("arguments", {"mail": "rani@example.org"})
            scope.set_user({"email": "rani@example.org"})
            scope.add_event_processor(
                lambda event, hint: (
                    event
                    | {
                        "request": {
                            "url": "https://kabar.example/laporan/geheim-geheim/",
                            "method": "POST",
                            "query_string": "token=geheim-geheim",
                            "data": {"password": password},
                            "cookies": {"sessionid": "geheim-geheim"},
                            "env": {"REMOTE_ADDR": "203.0.113.7"},
                            "headers": {
                                "Cookie": "sessionid=geheim-geheim",
                                "Authorization": "Bearer geheim-geheim",
                                "X-Forwarded-For": "203.0.113.7",
                                "User-Agent": "Firefox",
                            },
                        }
                    }
                )
            )
            sentry_sdk.capture_exception(error)
    (event,) = told
    text = json.dumps(event)
    for secret in (password, "geheim", "rani@", "203.0.113.7"):
        assert secret not in text
    assert event["request"] == {
        "url": "https://kabar.example/laporan/•••/",
        "method": "POST",
        "headers": {"User-Agent": "Firefox"},
    }
    assert event["environment"] == "production"
    assert event["exception"]["values"][0]["type"] == "RuntimeError"


@pytest.mark.parametrize(
    "event", [{}, {"request": None}, {"exception": None}, {"exception": {"values": [{}]}}]
)
def test_an_event_of_another_shape_goes_through(event):
    assert isinstance(sentry.cleaned(dict(event)), dict)


def test_without_a_dsn_nothing_is_begun(monkeypatch):
    monkeypatch.setattr(sentry_sdk, "init", lambda **told: pytest.fail("began"))
    sentry.begin("", "production")


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (DSN, True),
        ("http://key@127.0.0.1:9000/12", True),
        ("https://sentry.example/1", False),
        ("https://key@sentry.example/", False),
        ("https://key@sentry.example/x", False),
        ("ftp://key@sentry.example/1", False),
        ("https://key@sentry.example:0/1", False),
        ("https://key@[/1", False),
        ("nonsense", False),
    ],
)
def test_a_dsn_is_an_address_with_a_key_and_a_project(text, is_one):
    assert sentry.is_dsn(text) is is_one
