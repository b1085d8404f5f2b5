"""What stands in front of the application keeps the addresses that the application keeps."""

import re
from pathlib import Path

import pytest
from django.urls import get_resolver

from bench.speed.stack import fitted
from pagecache import addresses

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
NGINX = (DEPLOY / "nginx" / "newsroom.conf").read_text()
VARNISH = (DEPLOY / "varnish" / "newsroom.vcl").read_text()
# Files that nginx gives out itself, and Varnish as they come.
FILES = {"/media/", "/static/"}


def _words(pattern: str, text: str) -> set[str]:
    found = re.search(pattern, text)
    assert found, pattern
    return {word.replace("\\", "") for word in found[1].split("|")}


# They are asked with no cookie, and not marked: so nothing of them is kept either.
UNMARKED = {"/favicon.ico", "/healthz", "/metrics", "/readyz"}


def test_what_varnish_never_keeps_is_the_same():
    begin = {f"/{word}" for word in _words(r"\^/\((admin/[^)]*)\)", VARNISH)}
    end = {f"/{word}/" for word in _words(r"/\((diterima[^)]*)\)/", VARNISH)}
    assert begin | FILES == set(addresses.NEVER)
    assert end == set(addresses.NEVER_ENDING)


def test_what_nginx_never_keeps_is_the_same_and_gets_its_cookies():
    own = r"location (/[\w/-]+/) +\{ set \$newsroom_cookie \$http_cookie; proxy_cache off; "
    begin = set(re.findall(own, NGINX))
    end = {f"/{word}/" for word in _words(r"location ~ /\((diterima[^)]*)\)/\$ ", NGINX)}
    assert begin | FILES | UNMARKED == set(addresses.NEVER)
    assert end == set(addresses.NEVER_ENDING)


def test_what_ends_as_forms_do_stands_below_comments_and_accounts_alone():
    names = [path for path in _paths(get_resolver()) if path.endswith(addresses.NEVER_ENDING)]
    assert names
    assert {path.split("/")[1] for path in names} <= {"admin", "akun", "komentar"}


def _paths(resolver, before="/"):
    for pattern in resolver.url_patterns:
        path = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _paths(pattern, path)
        else:
            yield path


def test_nginx_gives_out_the_files_itself():
    for address in FILES:
        assert f"location {address} {{" in NGINX


@pytest.mark.parametrize("text", [NGINX, VARNISH], ids=["nginx", "varnish"])
def test_the_same_tracking_is_dropped(text):
    assert _words(r"\((utm_[^)]*)\)\[\^=&\]\*", text) == set(addresses.TRACKING_PREFIXES)
    assert _words(r"\[\^=&\]\*\|([a-z_|]+)\)\(=", text) == set(addresses.TRACKING)


@pytest.mark.parametrize(
    ("query", "is_dropped"),
    [
        ("utm_source=x", True),
        ("utm_source=x&fbclid=1%20&gclid", True),
        ("q=banjir", False),
        ("q=banjir&utm_source=x", False),
        ("utm_source=x&p=12", False),
        ("references=1", False),
        ("=x", False),
    ],
)
def test_a_query_of_nothing_but_tracking_is_dropped(query, is_dropped):
    pattern = re.search(r'"~(\^\(\(\(utm_.*)" \$newsroom_path;', NGINX)
    assert pattern
    assert bool(re.search(pattern[1], query)) is is_dropped


def test_only_what_is_marked_and_is_nobodys_own_is_kept():
    pattern = re.search(r'"~(\^@.*)" 0;', NGINX)
    assert pattern
    kept = re.compile(pattern[1])
    assert kept.search("@1795723628 public, max-age=0, must-revalidate")
    assert not kept.search("@1795723628 private, max-age=0")
    assert not kept.search("@1795723628 max-age=0, no-store")
    assert not kept.search(" public, max-age=86400")
    assert not kept.search("3600 public, max-age=86400")


def test_an_old_page_is_never_served_in_place_of_a_new_one():
    assert "proxy_cache_use_stale off;" in NGINX
    assert "set beresp.grace = 0s;" in VARNISH


def test_the_shipped_configuration_can_be_tried_elsewhere():
    conf = fitted(NGINX, Path("/elsewhere"), 8480, 8481)
    assert "listen 127.0.0.1:8480 default_server;" in conf
    assert "    server 127.0.0.1:8481 max_fails=0;\n    keepalive" in conf
    assert "root /elsewhere;" in conf
    assert "listen 80" not in re.sub(r"(?m)^ *#.*$", "", conf)


def test_a_configuration_without_the_known_lines_cannot():
    with pytest.raises(ValueError, match=r"127\.0\.0\.1:8000"):
        fitted(NGINX.replace("127.0.0.1:8000", "app:8000"), Path("/elsewhere"), 1, 2)
