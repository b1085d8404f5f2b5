"""What is no beacon of ours: 400 with a few words, never an error, and nothing kept of it."""

from __future__ import annotations

import json
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ads import messages
from ads.messages import MAX_BYTES, Malformed, read_arrival, read_told

from .beacons import arrival, discards, events, post

GOOD = {
    "visit": "0b7f4a52-9d3e-4c42-8f5a-3a0e6a1c2b11",
    "page": "front..abc",
    "t": 1_790_000_000,
    "m": "abc",
    "device": "phone",
    "drawn": [[1, 0, "abc"]],
}


def changed(**changes) -> bytes:
    return json.dumps(GOOD | changes).encode()


NOT_ARRIVALS = [
    *(b"", b"{", b"null", b"[]", b"1", b'"x"', b"{}", b"\xff\xfe", b"\xef\xbb\xbf{}", b"\x00"),
    json.dumps(GOOD).encode("utf-16"),
    b"[" * 10_000,
    b'{"a":' * 3_000,
    json.dumps(GOOD).encode() + b" " * MAX_BYTES,
    changed(visit=None),
    changed(visit=7),
    changed(visit=""),
    changed(visit="0b7f4a52-9d3e-4c42-8f5a-3a0e6a1c2b1"),
    changed(visit="{0b7f4a52-9d3e-4c42-8f5a-3a0e6a1c2b11}"),
    changed(visit="urn:uuid:0b7f4a52-9d3e-4c42-8f5a-3a0e6a1c2b11"),
    changed(visit="0b7f4a529d3e4c428f5a3a0e6a1c2b11"),
    changed(page=None),
    changed(page="\x00"),
    changed(page="\ud800"),
    changed(page="é"),
    changed(page="x" * 161),
    changed(page=["front"]),
    changed(t="1790000000"),
    changed(t=1_790_000_000.5),
    changed(t=True),
    changed(t=-1),
    changed(t=2**63),
    changed(t=None),
    json.dumps(GOOD).replace("1790000000", "1e400").encode(),
    json.dumps(GOOD).replace("1790000000", "NaN").encode(),
    json.dumps(GOOD).replace("1790000000", "-Infinity").encode(),
    json.dumps(GOOD).replace("1790000000", "1" * 5000).encode(),
    changed(m=7),
    changed(device=7),
    changed(device={}),
    changed(drawn=None),
    changed(drawn={}),
    changed(drawn="x"),
    changed(drawn=[None]),
    changed(drawn=[[]]),
    changed(drawn=[[1, 0]]),
    changed(drawn=[[1, 0, "a", "b"]]),
    changed(drawn=[["1", 0, "a"]]),
    changed(drawn=[[1, None, "a"]]),
    changed(drawn=[[1, 0, None]]),
    changed(drawn=[[-1, 0, "a"]]),
    changed(drawn=[[2**64, 0, "a"]]),
    changed(drawn=[[1, 0, "a"]] * 21),
    changed(drawn=[0] * 10_000),
]
NOT_TOLD = [
    *(b"", b"[]", b"{}", b'{"told":null}', b'{"told":[[]]}', b'{"told":["x"]}'),
    b'{"told":[["x"]]}',
    b'{"told":[["x","s"]]}',
    b'{"told":[["x","c"]]}',
    b'{"told":[["x","p"]]}',
    b'{"told":[["x",["m"]]]}',
    b'{"told":[[1,"m"]]}',
    b'{"told":[[null,"m"]]}',
    b'{"told":[["x\\u0000","m"]]}',
    json.dumps({"told": [["x", "m"]] * 61}).encode(),
    json.dumps({"told": [0] * 10_000}).encode(),
]


@pytest.mark.django_db
@pytest.mark.parametrize("body", NOT_ARRIVALS)
def test_arrival_that_is_none_is_refused_in_words(client, body, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = post(client, "/s/tiba", body)
    assert response.status_code == 400
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert 0 < len(response.content) < 80
    assert (events(), discards()) == ([], {})


@pytest.mark.django_db
@pytest.mark.parametrize("body", NOT_TOLD)
def test_telling_that_is_none_is_refused_in_words(client, body, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = post(client, "/s/lihat", body)
    assert response.status_code == 400
    assert 0 < len(response.content) < 80
    assert (events(), discards()) == ([], {})


@pytest.mark.django_db
def test_as_many_as_allowed_are_read(client):
    told = {"told": [["x", "m"]] * messages.MAX_TOLD}
    assert post(client, "/s/lihat", told).status_code == 204
    full = arrival() | {"drawn": [[number, 0, "x"] for number in range(messages.MAX_DRAWN)]}
    assert post(client, "/s/tiba", full).json() == {"shown": [None] * 20}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["application/json", "text/plain", "", "multipart/form-data"])
def test_kind_of_content_does_not_matter(client, kind):
    response = client.post(
        "/s/tiba", json.dumps(arrival()), content_type=kind, headers={"user-agent": "Mozilla/5.0"}
    )
    assert response.status_code == 200


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.sampled_from(sorted(GOOD)), JSON)
def test_any_value_is_read_or_refused(name, value):
    body = json.dumps(GOOD | {name: value}).encode("utf-8", "surrogatepass")
    try:
        read = read_arrival(body)
    except Malformed:
        return
    assert isinstance(read.visit, uuid.UUID) and 0 <= read.at < 2**63


@given(st.binary() | JSON.map(lambda value: json.dumps({"told": value}).encode()))
def test_any_body_is_read_or_refused(body):
    for read in (read_arrival, read_told):
        try:
            read(body)
        except Malformed as error:
            assert str(error)
