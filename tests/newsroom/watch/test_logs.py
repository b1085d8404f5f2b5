"""Log lines of real requests that fail: which one it was, and nothing that somebody typed."""

import io
import json
import logging
import logging.config

import pytest
from django.conf import settings as project
from django.core.handlers.wsgi import WSGIHandler
from django.db import IntegrityError, connection
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path

from newsroom.watch import logs
from newsroom.watch.doorway import Watched
from tests.pages import connections_stay

PASSWORD = "rahasia-sekali-42"
EMAIL = "rani.sari@example.org"


def fails(request, token=""):
    raise RuntimeError(f"Cannot log in {request.POST.get('email')} with {dict(request.POST)}")


def quotes(request):
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE t (email text UNIQUE, password text NOT NULL) ON COMMIT DROP"
        )
        cursor.execute("INSERT INTO t VALUES (%s, NULL)", [request.POST["email"]])


def well(request):
    logging.getLogger("newsroom.test").warning("in %s", "a view")
    return HttpResponse("ok")


urlpatterns = [
    path("gagal/", fails),
    path("laporan/<str:token>/", fails),
    path("kutip/", quotes),
    path("baik/", well),
]
handler500 = "articles.views.errors.server_error"


@pytest.fixture
def log(monkeypatch):
    """What the handlers of the settings write, in the form that `log.form` says."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handlers = {"line": logs.LineFormatter(project.LOGGING["formatters"]["line"]["format"])}
    handlers["json"] = logs.JSONFormatter()
    root = logging.getLogger()

    def use(form):
        handler.setFormatter(handlers[form])
        return stream

    use("line")
    root.addHandler(handler)
    yield use
    root.removeHandler(handler)


def ask(address, method="GET", body=b"", **environ):
    told = []
    where, _question, query = address.partition("?")
    whole = {
        "REQUEST_METHOD": method,
        "PATH_INFO": where,
        "QUERY_STRING": query,
        "HTTP_HOST": "testserver",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        **environ,
    }
    # A request ends with its connection; here it is that of the test.
    with override_settings(MIDDLEWARE=[]), connections_stay():
        body = Watched(WSGIHandler())(whole, lambda *answer: told.append(answer))
        text = b"".join(body).decode()
    return told[-1][0], dict(told[-1][1]), text


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("form", ["line", "json"])
@pytest.mark.parametrize(
    "address",
    [
        "/gagal/",
        "/gagal/?token=geheim-geheim&q=banjir",
        "/laporan/geheim-geheim/",
    ],
)
def test_a_post_that_fails_leaves_no_password_cookie_token_or_address(log, form, address):
    stream = log(form)
    form_data = f"email={EMAIL}&password={PASSWORD}&code=123456".encode()
    status, headers, page = ask(
        address,
        "POST",
        form_data,
        HTTP_COOKIE="sessionid=kukis-kukis",
        HTTP_AUTHORIZATION="Bearer geheim-geheim",
    )
    written = stream.getvalue()
    assert status.startswith("500")
    assert "RuntimeError" in written and "Traceback" in written
    for secret in (PASSWORD, EMAIL, "rani.sari", "geheim", "kukis", "123456"):
        assert secret not in written
        assert secret not in page
    assert headers["X-Request-ID"] in page
    assert headers["X-Request-ID"] in written


@pytest.mark.urls(__name__)
@pytest.mark.django_db
def test_what_the_database_quotes_of_a_row_is_not_written(log):
    stream = log("json")
    status, _headers, _page = ask("/kutip/", "POST", f"email={EMAIL}".encode())
    line = json.loads(stream.getvalue().splitlines()[-1])
    assert status.startswith("500")
    assert line["error"].count(IntegrityError.__name__) == 1
    assert "Failing row contains (•••)." in line["error"]
    assert "rani" not in stream.getvalue()


@pytest.mark.urls(__name__)
def test_json_is_one_object_on_one_line(log):
    stream = log("json")
    _status, headers, _page = ask("/gagal/")
    (text,) = stream.getvalue().splitlines()
    line = json.loads(text)
    error = line.pop("error")
    assert error.startswith("Traceback (most recent call last):\n")
    assert line.pop("at").endswith("+00:00")
    assert line.pop("process") > 0
    assert line == {
        "level": "ERROR",
        "logger": "django.request",
        "message": "Internal Server Error: /gagal/",
        "request_id": headers["X-Request-ID"],
        "status": 500,
    }


@pytest.mark.urls(__name__)
def test_each_line_of_a_request_names_it_and_lines_outside_name_none(log):
    stream = log("line")
    _status, headers, _page = ask("/baik/")
    logging.getLogger("newsroom.test").warning("outside")
    ask("/tidak-ada/%0apalsu\nx")
    inside, outside, *more = stream.getvalue().splitlines()
    assert inside.endswith(f"WARNING newsroom.test [{headers['X-Request-ID']}]: in a view")
    assert outside.endswith("WARNING newsroom.test: outside")
    # No address begins a line of its own.
    assert len([line for line in more if "django.request" in line]) == 1
    assert not any(line.startswith(("palsu", "x")) for line in more)


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("proxies", "told", "is_taken"),
    [
        (1, "4f2a9c0d4f2a9c0d4f2a9c0d4f2a9c0d", True),
        (1, "abc-DEF_1", True),
        (0, "4f2a9c0d4f2a9c0d4f2a9c0d4f2a9c0d", False),
        (1, "", False),
        (1, "short", False),
        (1, "a" * 65, False),
        (1, "abcdefgh\n", False),
        (1, "abcdefgh<script>", False),
        (1, "abcdefgh, ijklmnop", False),
        (1, "äbcdefghijk", False),
    ],
)
def test_an_id_is_taken_from_our_own_proxies_and_only_if_it_is_one(
    settings, proxies, told, is_taken
):
    settings.TRUSTED_PROXIES = proxies
    _status, headers, _page = ask("/baik/", HTTP_X_REQUEST_ID=told)
    given = headers["X-Request-ID"]
    assert (given == told) is is_taken
    assert is_taken or (len(given) == 32 and given.isalnum())


@pytest.mark.urls(__name__)
def test_two_requests_have_two_ids():
    ids = {ask("/baik/")[1]["X-Request-ID"] for _ in range(20)}
    assert len(ids) == 20


def test_the_settings_choose_the_form_and_the_level(monkeypatch):
    config = dict(project.LOGGING)
    assert config["root"] == {"handlers": ["console"], "level": "WARNING"}
    assert config["handlers"]["console"]["formatter"] == "line"
    # Nothing of Django writes past the formatters.
    assert logging.getLogger("django").handlers == []
    assert logging.getLogger("django.server").handlers == []
