"""What is asked of other sites: only of public addresses, whatever a name, a redirect or a resolver says."""

from __future__ import annotations

import contextlib
import http.server
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from articles import outgoing

PUBLIC, OTHER = "93.184.216.34", "93.184.216.35"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.3.4", "172.31.255.255", "192.168.1.1", "0.0.0.0",
     # Metadata of clouds, carriers' networks, tests, multicast, broadcast, protocols, relays.
     "169.254.169.254", "100.64.0.1", "100.127.255.255", "100.100.100.200", "198.18.0.1", "203.0.113.1",
     "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "192.0.0.8", "192.0.0.192", "192.88.99.1",
     "::1", "::", "fe80::1%eth0", "fe80::a9fe:a9fe", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1",
     "3fff::1", "100::1",
     # IPv4 in IPv6: mapped, compatible, translated, NAT64 of both prefixes, 6to4, Teredo.
     "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "::7f00:1", "::ffff:0:7f00:1", "64:ff9b::7f00:1",
     "64:ff9b:1::a00:1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe",
     "nonsense", "", "127.1", "0x7f000001", "2130706433", "017700000001"],
)  # fmt: skip
def test_addresses_inside_of_networks_are_not_public(address: str) -> None:
    assert not outgoing.is_public(address)


@pytest.mark.parametrize(
    "address",
    [PUBLIC, "1.1.1.1", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"],
)
def test_other_addresses_are_public(address: str) -> None:
    assert outgoing.is_public(address)


class OldSite(http.server.BaseHTTPRequestHandler):
    """A server of the open internet; what it was asked stands in `asked`."""

    asked: list[tuple[str, str, bytes]] = []
    picture = b"a picture"
    moved = {
        "/inside": "http://169.254.169.254/latest/meta-data/",
        "/home": "http://localhost/",
        "/changes": "http://changes.example/",
        "/file": "file:///etc/passwd",
        "/password": "http://user:secret@lama.example/",
        "/circle": "/circle",
        "/elsewhere": "/a%20b.jpg?x=1",
        "/onward": "//baru.example/a%20b.jpg?x=1",
    }

    def do_GET(self) -> None:
        self.asked.append((self.headers["Host"], self.path, b""))
        if self.path in self.moved:
            self.send_response(302)
            self.send_header("Location", self.moved[self.path])
        elif self.path == "/a%20b.jpg?x=1":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(self.picture)
            return
        elif self.path == "/large":
            self.send_response(200)
            self.end_headers()
            with contextlib.suppress(OSError):
                for _turn in range(100):
                    self.wfile.write(b"x" * 100_000)
            return
        elif self.path == "/cut":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"x" * 10)
            return
        elif self.path == "/drops":
            self.send_response(200)
            self.end_headers()
            with contextlib.suppress(OSError):
                while not self.server.is_over.wait(0.02):  # type: ignore[attr-defined]
                    self.wfile.write(b"x")
            return
        else:
            self.send_response(404)
        self.end_headers()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append((self.headers["Host"], self.path, body))
        if self.path in self.moved:
            self.send_response(307)
            self.send_header("Location", self.moved[self.path])
        else:
            self.send_response(202 if self.path == "/hub" else 500)
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        pass


class Internet:
    """Names and what they resolve to, an answer for each time of asking; the last one stays."""

    def __init__(self, server: http.server.ThreadingHTTPServer) -> None:
        self.server = server
        self.names = {
            "lama.example": [[PUBLIC]],
            "baru.example": [[OTHER]],
            "two.example": [[PUBLIC, "10.0.0.1"]],
            "changes.example": [[PUBLIC], ["127.0.0.1"]],
            "localhost": [["127.0.0.1"]],
            "six.example": [["2606:2800:220:1:248:1893:25c8:1946", PUBLIC]],
        }
        self.resolved: list[str] = []
        self.connected: list[tuple[str, int]] = []

    def getaddrinfo(self, host: str, port: int, *rest: int, **more: int):
        if host not in self.names:
            # A literal; whoever asks for another name here has resolved one behind our back.
            assert re.fullmatch(r"[0-9a-f.:]+", host), host
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port))]
        self.resolved.append(host)
        answers = self.names[host]
        addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    def connect(self, address: tuple[str, int], timeout: float) -> socket.socket:
        assert 0 < timeout <= outgoing.ANSWER_LIMIT
        self.connected.append(address)
        if ":" in address[0]:
            raise OSError("Network is unreachable")
        near = socket.socket()
        near.settimeout(timeout)
        near.connect(self.server.server_address)
        return near


@pytest.fixture
def internet(monkeypatch: pytest.MonkeyPatch) -> Iterator[Internet]:
    """The open internet, on this machine: every public address leads to one server."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), OldSite)
    server.is_over = threading.Event()  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    net = Internet(server)
    monkeypatch.setattr(OldSite, "asked", [])
    monkeypatch.setattr(socket, "getaddrinfo", net.getaddrinfo)
    monkeypatch.setattr(socket, "create_connection", net.connect)
    yield net
    server.is_over.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()


def test_a_file_is_fetched_through_redirects_to_other_hosts(internet: Internet) -> None:
    for path in ("/elsewhere", "/onward"):
        with outgoing.fetch(f"http://lama.example{path}") as found:
            assert found.read() == OldSite.picture
    assert [host for host, _path, _body in OldSite.asked] == [
        *("lama.example", "lama.example", "lama.example", "baru.example")
    ]


def test_the_connection_goes_to_the_address_that_was_checked(internet: Internet) -> None:
    """A name that is public when it is looked at and ours when it is connected to."""
    with pytest.raises(outgoing.Refused, match="answers with 404"):
        outgoing.fetch("http://changes.example/")
    assert internet.connected == [(PUBLIC, 80)]
    assert internet.resolved == ["changes.example"]
    # And the second time, when it says what it wants.
    with pytest.raises(outgoing.Refused, match="inside of a network"):
        outgoing.fetch("http://lama.example/changes")
    assert internet.connected == [(PUBLIC, 80), (PUBLIC, 80)]


def test_one_private_address_among_many_is_enough_to_refuse(internet: Internet) -> None:
    with pytest.raises(outgoing.Refused, match="inside of a network"):
        outgoing.fetch("http://two.example/")
    assert internet.connected == []


def test_an_address_that_cannot_be_reached_is_followed_by_the_next(internet: Internet) -> None:
    with outgoing.fetch("http://six.example/a b.jpg?x=1") as found:
        assert found.read() == OldSite.picture
    assert internet.connected[-1] == (PUBLIC, 80)


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://localhost/", "http://10.0.0.1/",
     "http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/", "http://0.0.0.0/", "http://100.64.0.1/"],
)  # fmt: skip
@pytest.mark.parametrize("ask", ["fetch", "post"])
def test_nobody_inside_is_connected_to(internet: Internet, ask: str, address: str) -> None:
    with pytest.raises(outgoing.Refused):
        outgoing.fetch(address) if ask == "fetch" else outgoing.post(address, b"", seconds=5)
    assert internet.connected == []


@pytest.mark.parametrize("address", ["http://127.1/", "http://2130706433/", "http://0x7f000001/"])
def test_another_writing_of_a_number_is_what_the_system_makes_of_it(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """The system's own resolver, which needs no network for these."""

    def connect(*arguments: object, **more: object) -> None:
        raise AssertionError("a connection was made")

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(outgoing.Refused, match=r"inside of a network|is not known"):
        outgoing.fetch(address)


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "ftp://x.example/a", "gopher://x.example/", "data:text/plain,x", "javascript:x",
     "http://x.example:8080/a", "https://x.example:80/", "http://user:secret@x.example/", "http://@x.example/",
     "http://", "http://[::1", "http://x.example:99999/", "//x.example/a", "a.jpg", "", "\x00"],
)  # fmt: skip
def test_only_ordinary_addresses_are_fetched(internet: Internet, address: str) -> None:
    with pytest.raises(outgoing.Refused):
        outgoing.fetch(address)
    assert internet.resolved == internet.connected == []


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/inside", r"169\.254\.169\.254 is inside of a network"),
        ("/home", "localhost is inside of a network"),
        ("/file", "is no ordinary web address"),
        ("/password", "is no ordinary web address"),
        ("/circle", "redirects too often"),
    ],
)
def test_a_redirect_is_checked_like_the_first_address(
    internet: Internet, path: str, why: str
) -> None:
    with pytest.raises(outgoing.Refused, match=why):
        outgoing.fetch(f"http://lama.example{path}")
    assert set(internet.connected) == {(PUBLIC, 80)}


def test_what_does_not_come_says_so(internet: Internet) -> None:
    with pytest.raises(outgoing.Refused, match="answers with 404"):
        outgoing.fetch("http://lama.example/none")
    with pytest.raises(outgoing.Refused, match="could not be fetched"):
        outgoing.fetch("http://lama.example/cut")


def test_what_does_not_end_is_cut_off(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "MAX_BYTES", 1_000_000)
    with pytest.raises(outgoing.Refused, match="is larger than"):
        outgoing.fetch("http://lama.example/large")
    monkeypatch.setattr(outgoing, "TIME_LIMIT", 0.2)
    with pytest.raises(outgoing.Refused, match="it took too long"):
        outgoing.fetch("http://lama.example/drops")


def test_no_time_is_left_for_a_connection_after_the_limit(
    internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "TIME_LIMIT", -1)
    with pytest.raises(outgoing.Refused, match="it took too long"):
        outgoing.fetch("http://lama.example/a.jpg")
    assert internet.connected == []


def test_a_form_is_sent_to_the_address_that_was_given_and_to_no_other(internet: Internet) -> None:
    outgoing.post("http://lama.example:8888/hub", b"a=b", seconds=5)
    assert OldSite.asked == [("lama.example:8888", "/hub", b"a=b")]
    assert internet.connected == [(PUBLIC, 8888)]
    for path, why in (("/inside", "answers with 307"), ("/none", "answers with 500")):
        with pytest.raises(outgoing.Refused, match=why):
            outgoing.post(f"http://lama.example{path}", b"a=b", seconds=5)
    assert len(OldSite.asked) == 3


def test_a_certificate_has_to_be_that_of_the_name(
    internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = []

    def wrap_socket(self, stream, server_hostname):  # type: ignore[no-untyped-def]
        checked.append((server_hostname, self.check_hostname, self.verify_mode))
        stream.close()
        raise ssl.SSLCertVerificationError("another name")

    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", wrap_socket)
    with pytest.raises(outgoing.Refused, match="another name"):
        outgoing.fetch("https://lama.example/")
    assert checked == [("lama.example", True, ssl.CERT_REQUIRED)]
    assert internet.connected == [(PUBLIC, 443)]


# What asks an address of the settings and not of somebody's text: the cache in front, this site itself, its tests,
# the store of photos and the cache server, which whoever runs the site names.
_OTHERS = {
    *("articles/outgoing.py", "pagecache/teller.py"),
    # Ports and processes of this machine.
    *("newsroom/house/ports.py", "newsroom/house/run.py", "pagecache/outage.py"),
    "newsroom/management/commands/ready.py",
    *("newsroom/media_store/bucket.py", "newsroom/valkey.py"),
}
_ASKS = re.compile(
    r"^\s*(?:import|from) (?:urllib\.request|urllib3|http\.client|requests|httpx|aiohttp|socket|ftplib|telnetlib"
    r"|boto3|botocore|storages|redis)\b",
    re.M,
)


def test_nothing_else_of_the_application_asks_anybody() -> None:
    apps = ("accounts", "ads", "articles", "comments", "newsletter", "newsroom", "pagecache")
    apps += ("auditlog", "replies")
    asking = {
        str(file.relative_to(ROOT))
        for app in apps
        for file in (ROOT / app).rglob("*.py")
        if _ASKS.search(file.read_text())
    }
    assert asking == _OTHERS
