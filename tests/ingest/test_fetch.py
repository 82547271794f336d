"""Fetching: conditional, bounded, guarded at each redirect, and clear about what went wrong."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import repeat
from typing import Any

import pytest
import trustme
from hypothesis import given, settings, strategies as st

from digest.config import CollectSettings
from digest.errors import FetchRefused, SiteRefused, SourceBusy, SourceError
from digest.ingest.fetch import Fetcher
from digest.ingest.inflate import bounded
from digest.ingest.network import Deadline
from digest.ingest.pace import Pace
from digest.ports import Validators
from tests.ingest.intake import Site, home, say


def fetcher(site: Site, **changes: Any) -> Fetcher:
    values: dict[str, Any] = {"timeout": 2.0, "user_agent": "digest-test/1", **changes}
    return Fetcher(CollectSettings(**values), site.allow, resolve=home)


def test_a_document_comes_with_its_type_charset_and_memory(site: Site) -> None:
    site.answer = lambda h: say(
        h,
        b"<rss/>",
        Content_Type='text/XML; charset="ISO-8859-1"',
        ETag='"v1"',
        Last_Modified="Mon, 04 May 2026 10:00:00 GMT",
    )
    fetched = fetcher(site).get(site.url(), accept="application/rss+xml")
    assert fetched.body == b"<rss/>"
    assert (fetched.content_type, fetched.charset) == ("text/xml", "ISO-8859-1")
    assert fetched.validators == Validators(etag='"v1"', last_modified="Mon, 04 May 2026 10:00:00 GMT")
    assert fetched.headers["etag"] == '"v1"'
    _, headers = site.requests[0]
    assert headers["Host"] == f"paper.example:{site.port}"
    assert headers["User-Agent"] == "digest-test/1"
    assert headers["Accept"] == "application/rss+xml"
    assert headers["Accept-Encoding"] == "gzip, deflate"
    assert "If-None-Match" not in headers


def test_what_has_not_changed_is_not_sent_again(site: Site) -> None:
    site.answer = lambda h: say(h, b"", 304)
    validators = Validators(etag='W/"v1"', last_modified="Mon, 04 May 2026 10:00:00 GMT")
    fetched = fetcher(site).get(site.url(), validators=validators)
    assert fetched.unchanged
    assert fetched.validators == validators
    _, headers = site.requests[0]
    assert headers["If-None-Match"] == 'W/"v1"'
    assert headers["If-Modified-Since"] == "Mon, 04 May 2026 10:00:00 GMT"


def test_validators_that_would_break_the_request_is_left_out(site: Site) -> None:
    fetcher(site).get(site.url(), validators=Validators(etag='"a\r\nX: y"', last_modified="x\r\nEvil: 1"))
    _, headers = site.requests[0]
    assert not {"If-None-Match", "If-Modified-Since", "X", "Evil"} & set(headers)


def test_no_proxy_of_the_environment_is_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert fetcher(site).get(site.url()).body == b"hello"


@pytest.mark.parametrize(
    ("status", "headers", "said"),
    [
        (403, {}, 'ask the site\'s host to allow the User-Agent "digest-test/1"'),
        (401, {}, "refuses robots"),
        (404, {}, "nothing at this address"),
        (410, {}, "taken away for good"),
        (429, {"Retry-After": "120"}, r"wait \(120 seconds\)"),
        (429, {}, "wait; collect less often"),
        (503, {"Retry-After": "Mon, 04 May 2026 10:00:00 GMT"}, r"wait \(Mon, 04 May"),
        (500, {}, "the site itself has trouble"),
        (204, {}, "in a browser"),
    ],
)
def test_each_refusal_says_what_to_do(site: Site, status: int, headers: dict[str, str], said: str) -> None:
    site.answer = lambda h: say(h, b"", status, **headers)
    with pytest.raises(SiteRefused, match=said) as refused:
        fetcher(site).get(site.url())
    assert refused.value.status == status


@pytest.mark.parametrize(
    ("status", "written", "wait"),
    [
        (429, "120", 120.0),
        (503, " 7 ", 7.0),
        (429, "0", 0.0),
        (429, "99999999999999999999", 86_400.0),
        (429, "Mon, 04 May 2026 10:00:00 GMT", 0.0),
        (429, "Fri, 31 Dec 9999 23:59:59 GMT", 86_400.0),
        (429, "Fri, 31 Dec 9999 23:59:59", 86_400.0),
        (429, "Fri, 31 Dec 99999 23:59:59 GMT", 900.0),
        (429, "", 900.0),
        (429, "soon", 900.0),
        (500, "-5", 900.0),
        (429, "1.5", 900.0),
    ],
)
def test_a_site_that_asks_to_wait_says_how_long(site: Site, status: int, written: str, wait: float) -> None:
    site.answer = lambda h: say(h, b"", status, Retry_After=written)
    with pytest.raises(SourceBusy, match="asks us to wait") as busy:
        fetcher(site).get(site.url())
    assert (busy.value.status, busy.value.wait) == (status, wait)


def test_a_date_to_come_back_at_is_counted_from_now(site: Site) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    site.answer = lambda h: say(h, b"", 503, Retry_After=later)
    with pytest.raises(SourceBusy) as busy:
        fetcher(site).get(site.url())
    assert 3500 < busy.value.wait <= 3600


@pytest.mark.parametrize("status", [404, 500])
def test_a_refusal_that_names_no_pause_is_not_busy(site: Site, status: int) -> None:
    site.answer = lambda h: say(h, b"", status)
    with pytest.raises(SiteRefused) as refused:
        fetcher(site).get(site.url())
    assert not isinstance(refused.value, SourceBusy)


def test_headers_come_in_lower_case_joined_and_bounded(site: Site) -> None:
    def answer(handler: Any) -> None:
        handler.send_response(200)
        for name, value in (("Link", "<a>; rel=hub"), ("LINK", "<b>; rel=self"), ("X-Long", "x" * 9000)):
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    site.answer = answer
    headers = fetcher(site).get(site.url()).headers
    assert headers["link"] == "<a>; rel=hub, <b>; rel=self"
    assert len(headers["x-long"]) == 4000


class Posted:
    """A site that keeps the forms it is sent."""

    def __init__(self, site: Site, status: int = 200, body: bytes = b"", **headers: str) -> None:
        self.forms: list[tuple[str, bytes]] = []

        def answer(handler: Any) -> None:
            length = int(handler.headers["Content-Length"])
            self.forms.append((handler.headers["Content-Type"], handler.rfile.read(length)))
            say(handler, body, status, **headers)

        site.server.RequestHandlerClass.do_POST = answer  # type: ignore[attr-defined] # our own class


@pytest.mark.parametrize("status", [200, 202, 204])
def test_a_form_is_sent_as_a_form(site: Site, status: int) -> None:
    posted = Posted(site, status, b"" if status == 204 else b"thanks")
    fetched = fetcher(site).post(site.url("/hub"), {"a b": "é&=", "hub.mode": "subscribe"})
    assert posted.forms == [("application/x-www-form-urlencoded", b"a+b=%C3%A9%26%3D&hub.mode=subscribe")]
    assert fetched.body == (b"" if status == 204 else b"thanks")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 400, 500])
def test_a_form_is_never_sent_on(site: Site, status: int) -> None:
    posted = Posted(site, status, Location="http://169.254.169.254/")
    with pytest.raises(SiteRefused) as refused:
        fetcher(site).post(site.url("/hub"), {"a": "b"})
    assert refused.value.status == status
    assert len(posted.forms) == 1


def test_a_form_is_sent_nowhere_private_and_nowhere_busy(site: Site) -> None:
    with pytest.raises(FetchRefused):
        fetcher(site).post("http://169.254.169.254/hub", {"a": "b"})
    Posted(site, 429, Retry_After="60")
    with pytest.raises(SourceBusy):
        fetcher(site).post(site.url("/hub"), {"a": "b"})


class Time:
    """A clock that moves when somebody waits."""

    def __init__(self) -> None:
        self.now = 100.0
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


def test_one_host_is_asked_again_only_after_a_pause() -> None:
    time_ = Time()
    pace = Pace(2.0, monotonic=time_, wait=time_.wait)
    for url in (
        "http://Paper.example/a",
        "https://user@paper.example/b",
        "http://other.example/",
        "http://paper.example:81/",
    ):
        pace.take_turn(url)
    assert time_.waits == [2.0]
    time_.now += 0.5
    pace.take_turn("http://paper.example/c")
    assert time_.waits == [2.0, 1.5]
    time_.now += 10
    pace.take_turn("http://paper.example/d")
    assert time_.waits == [2.0, 1.5]


def test_turns_are_kept_while_others_wait() -> None:
    """Five threads that ask at one moment get turns one pause apart, not one turn together."""
    turns: list[float] = []
    pace = Pace(1.0, monotonic=lambda: 0.0, wait=turns.append)
    threads = [threading.Thread(target=pace.take_turn, args=("http://paper.example/",)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(turns) == [1.0, 2.0, 3.0, 4.0]


def test_without_a_pause_nobody_waits(site: Site) -> None:
    time_ = Time()
    Pace(0, monotonic=time_, wait=time_.wait).take_turn("http://paper.example/")
    pace = Pace(3.0, monotonic=time_, wait=time_.wait)
    polite = Fetcher(CollectSettings(timeout=2), site.allow, resolve=home, pace=pace)
    polite.get(site.url("/1"))
    assert time_.waits == []
    polite.get(site.url("/2"))
    assert time_.waits == [3.0]


def test_redirects_are_followed_to_their_end(site: Site) -> None:
    def answer(handler: Any) -> None:
        if handler.path == "/feed.xml":
            say(handler, b"", 301, Location="/moved here#top")
        elif handler.path == "/moved%20here":
            say(handler, b"", 307, Location=site.url("/final"))
        else:
            say(handler, b"there")

    site.answer = answer
    fetched = fetcher(site).get(site.url())
    assert (fetched.body, fetched.url) == (b"there", site.url("/final"))


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest",
        "http://127.0.0.1:22/",
        "file:///etc/passwd",
        "http://[::1]/",
        "http://user@paper.example/",
        "http://2130706433/",
        "http://[::1",
    ],
)
def test_redirects_to_where_nobody_should_go_are_refused(site: Site, target: str) -> None:
    site.answer = lambda h: say(h, b"", 302, Location=target)
    with pytest.raises(FetchRefused):
        fetcher(site).get(site.url())
    assert len(site.requests) == 1


def test_redirects_without_end_or_aim_are_refused(site: Site) -> None:
    site.answer = lambda h: say(h, b"", 302, Location="/again")
    with pytest.raises(FetchRefused, match="more than 5 times"):
        fetcher(site).get(site.url())
    assert len(site.requests) == 6
    site.answer = lambda h: say(h, b"", 302)
    with pytest.raises(SourceError, match="without saying where"):
        fetcher(site).get(site.url())


def test_documents_that_are_too_large_are_refused(site: Site) -> None:
    site.answer = lambda h: say(h, b"x" * 20_000)
    with pytest.raises(FetchRefused, match=r"20000 bytes"):
        fetcher(site, max_bytes=10_000).get(site.url())

    def endless(handler: Any) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(10_000):
            handler.wfile.write(b"x" * 10_000)

    site.answer = endless
    with pytest.raises(FetchRefused, match="larger than"):
        fetcher(site, max_bytes=100_000).get(site.url())


def test_a_gzip_bomb_takes_neither_time_nor_memory(site: Site) -> None:
    engine = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(engine.compress(b"\0" * 1_000_000) for _ in range(300)) + engine.flush()
    site.answer = lambda h: say(h, bomb, Content_Encoding="gzip")
    tracemalloc.start()
    with pytest.raises(FetchRefused, match="larger than"):
        fetcher(site, max_bytes=5_000_000, timeout=10).get(site.url())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 32_000_000


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda b: zlib.compress(b)[2:-4]),
        ("GZIP", lambda b: gzip.compress(b[:5]) + gzip.compress(b[5:])),
        ("gzip", lambda b: gzip.compress(b) + b"\0\0\0"),
        ("identity", lambda b: b),
        ("", lambda b: b),
    ],
)
def test_packed_documents_are_unpacked(site: Site, encoding: str, pack: Callable[[bytes], bytes]) -> None:
    body = b"the harbour bridge " * 9000
    site.answer = lambda h: say(h, pack(body), Content_Encoding=encoding)
    assert fetcher(site).get(site.url()).body == body


def test_damaged_cut_off_and_unknown_packings_are_told_apart(site: Site) -> None:
    site.answer = lambda h: say(h, b"no gzip", Content_Encoding="gzip")
    with pytest.raises(SourceError, match="damaged"):
        fetcher(site).get(site.url())
    site.answer = lambda h: say(h, gzip.compress(b"hello" * 100)[:-12], Content_Encoding="gzip")
    with pytest.raises(SourceError, match="ended early"):
        fetcher(site).get(site.url())
    site.answer = lambda h: say(h, b"x", Content_Encoding="br")
    with pytest.raises(FetchRefused, match="did not ask"):
        fetcher(site).get(site.url())
    site.answer = lambda h: say(h, b"", Content_Encoding="gzip")
    assert fetcher(site).get(site.url()).body == b""
    damaged = zlib.compress(b"hello" * 100)
    site.answer = lambda h: say(h, damaged[:20] + b"\xff\xff\xff" + damaged[23:], Content_Encoding="deflate")
    with pytest.raises(SourceError):
        fetcher(site).get(site.url())


@given(st.binary(max_size=3000), st.sampled_from(["gzip", "deflate", "raw", "identity"]), st.integers(1, 200))
@settings(max_examples=80, deadline=None)
def test_unpacking_undoes_packing_however_it_is_cut(body: bytes, kind: str, size: int) -> None:
    packed = {
        "gzip": gzip.compress(body),
        "deflate": zlib.compress(body),
        "raw": zlib.compress(body)[2:-4],
        "identity": body,
    }[kind]
    chunks = [packed[i : i + size] for i in range(0, len(packed), size)]
    if kind == "raw" and len(packed) > size:
        return  # a frameless stream is told by its first piece
    assert bounded(chunks, encoding="deflate" if kind == "raw" else kind, most=10_000) == body


def test_a_slow_drip_ends_when_the_time_is_over(site: Site) -> None:
    def drip(handler: Any) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.05)

    site.answer = drip
    started = time.monotonic()
    with pytest.raises(SourceError, match=r"0\.5 s"):
        fetcher(site, timeout=0.5).get(site.url())
    assert time.monotonic() - started < 1.5


def test_a_site_that_says_nothing_is_given_up(site: Site) -> None:
    site.answer = lambda _h: time.sleep(0.8)
    with pytest.raises(SourceError, match="did not answer"):
        fetcher(site, timeout=0.3).get(site.url())


def test_headers_without_end_are_refused(site: Site) -> None:
    def answer(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(5000):
            handler.wfile.write(b"X-%d: " % number + b"y" * 1000 + b"\r\n")

    site.answer = answer
    with pytest.raises(SourceError):
        fetcher(site).get(site.url())


@pytest.mark.parametrize(
    "written", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort"]
)
def test_broken_answers_are_source_errors(site: Site, written: bytes) -> None:
    site.answer = lambda h: h.wfile.write(written)
    with pytest.raises(SourceError, match="cannot be read"):
        fetcher(site).get(site.url())


def test_a_site_that_is_down_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    down = Fetcher(CollectSettings(timeout=1), (f"paper.example:{port}",), resolve=home)
    with pytest.raises(SourceError, match="try again later"):
        down.get(f"http://paper.example:{port}/")


def test_a_dead_first_address_leaves_time_for_the_second(site: Site) -> None:
    both = Fetcher(
        CollectSettings(timeout=3), site.allow, resolve=lambda _host, _port: ("127.0.0.2", "127.0.0.1")
    )
    site_only = site.url()
    assert both.get(site_only).body == b"hello"


def test_the_certificate_must_be_of_the_name_although_we_connect_to_the_address() -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("paper.example").configure_cert(context)
    site = Site()
    names: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    site.server.socket = context.wrap_socket(site.server.socket, server_side=True)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    allow = (f"paper.example:{site.port}", f"other.example:{site.port}")
    settings = CollectSettings(timeout=2)
    try:
        good = Fetcher(settings, allow, resolve=home, ssl_context=trusting)
        assert good.get(f"https://paper.example:{site.port}/").body == b"hello"
        assert names == ["paper.example"]
        with pytest.raises(SourceError, match="certificate is not trusted"):
            good.get(f"https://other.example:{site.port}/")
        with pytest.raises(SourceError, match="certificate is not trusted"):
            Fetcher(settings, allow, resolve=home).get(f"https://paper.example:{site.port}/")
    finally:
        site.close()


def test_the_deadline_is_one_for_everything() -> None:
    times = iter([0.0, 1.0, 3.0])
    deadline = Deadline(2.0, clock=lambda: next(times))
    assert deadline.left() == 1.0
    with pytest.raises(SourceError, match="not done within 2 seconds"):
        deadline.left()


def test_a_body_of_exactly_the_limit_passes() -> None:
    assert len(bounded(repeat(b"x" * 10, 10), encoding="", most=100)) == 100
    with pytest.raises(FetchRefused):
        bounded(repeat(b"x" * 10, 11), encoding="", most=100)


def test_fetches_may_run_side_by_side(site: Site) -> None:
    one = fetcher(site)
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(one.get(site.url()).body)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [b"hello"] * 8
