"""What wrk says is read whole, its complaints too."""

import pytest

from bench.speed import wrk

PLAIN = """Running 2s test @ http://127.0.0.1:8480/x
  1 threads and 8 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   421.54us  801.34us  17.17ms   95.41%
    Req/Sec    24.77k     5.73k   33.66k    60.00%
  Latency Distribution
     50%  256.00us
     75%  321.00us
     90%  619.00us
     99%    4.12ms
  49285 requests in 2.00s, 1.40GB read
Requests/sec:  24622.11
Transfer/sec:    717.13MB
"""
BAD = PLAIN.replace(
    "Requests/sec",
    "  Socket errors: connect 1, read 20, write 300, timeout 4000\n"
    "  Non-2xx or 3xx responses: 7\nRequests/sec",
)


def test_rate_and_times_in_milliseconds_are_read():
    said = wrk.read(PLAIN)
    assert (said.number, said.rate, said.p50, said.p99) == (49285, 24622.11, 0.256, 4.12)
    assert (said.bad, said.broken, said.told) == (0, 0, {})


def test_seconds_and_minutes_are_milliseconds_too():
    said = wrk.read(PLAIN.replace("256.00us", "1.50s").replace("4.12ms", "1.20m"))
    assert (said.p50, said.p99) == (1500.0, 72_000.0)


def test_refused_answers_and_broken_connections_are_counted():
    said = wrk.read(BAD)
    assert (said.bad, said.broken) == (7, 4321)


def test_what_the_script_told_is_read():
    said = wrk.read(PLAIN + 'told {"1795723628": {"200 hit": 4, "503 ": 1}}\n')
    assert said.told == {"1795723628": {"200 hit": 4, "503 ": 1}}


def test_something_else_is_no_report():
    with pytest.raises(ValueError, match="no report of wrk"):
        wrk.read("unable to connect to 127.0.0.1:1 Connection refused")


def test_the_command_holds_wrk_on_its_core_and_hands_on_what_the_script_needs():
    words = wrk.command(
        "http://h/x",
        seconds=0.2,
        connections=8,
        core=1,
        headers={"Accept-Encoding": "br"},
        script=wrk.LIST,
        arguments=["list", "5"],
    )
    assert words == [
        *("taskset", "-c", "1", "wrk", "-t1", "-c8", "-d1s", "--latency", "--timeout", "10s"),
        *("-H", "Accept-Encoding: br", "-s", str(wrk.LIST), "http://h/x", "--", "list", "5"),
    ]
