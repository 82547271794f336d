"""WebSub: where the hub stands, how it is asked, what it is answered, and whose calls are believed."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given, strategies as st

from digest.config import CollectSettings
from digest.errors import FetchRefused, SourceBusy, SourceError
from digest.ingest.feeds import FeedSource, read_feed
from digest.ingest.fetch import Fetcher
from digest.ingest.websub import answer_hub, ask_hub, hub_of, is_signed, links_of
from digest.ports import Hub, SourceMemory
from tests.ingest.intake import Site, home, say

URL = "https://harbor.example/feed.xml"
HUB = Hub(url="https://hub.example/", topic=URL)
SECRET = "a secret of ours"


def hub_in(text: str, header: str = "") -> Hub | None:
    return read_feed(text.encode(), name="harbor", url=URL, link_header=header, now=datetime.now(UTC)).hub


# ── where it stands ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("prefix", ["atom", "atom10", "a"])
def test_the_links_of_an_rss_channel_are_read_under_any_prefix(prefix: str) -> None:
    text = (
        f'<rss version="2.0" xmlns:{prefix}="http://www.w3.org/2005/Atom"><channel><title>P</title>'
        f'<{prefix}:link rel="hub" href="https://hub.example/?a=1&amp;utm_source=x"/><{prefix}:link rel="self" href="/feed.xml?p=1"/>'
        f'<item><title>A</title><guid>1</guid><{prefix}:link rel="hub" href="https://evil.example/"/></item></channel></rss>'
    )
    assert hub_in(text) == Hub(
        url="https://hub.example/?a=1&utm_source=x", topic="https://harbor.example/feed.xml?p=1"
    )


def test_the_links_of_atom_and_json_feeds_are_read() -> None:
    atom = '<feed xmlns="http://www.w3.org/2005/Atom"><title>P</title><link rel="hub" href="https://hub.example/"/><link rel="self" href="{}"/></feed>'
    assert hub_in(atom.format(URL)) == HUB
    feed = {
        "items": [],
        "feed_url": URL,
        "hubs": [
            "x",
            {"type": "rssCloud", "url": "https://no.example/"},
            {"type": "WebSub", "url": "https://hub.example/"},
        ],
    }
    assert hub_in(json.dumps(feed)) == HUB
    assert hub_in(json.dumps({**feed, "hubs": 7})) is None


def test_http_links_go_before_those_of_the_document(site: Site) -> None:
    links = [("hub", "https://other.example/"), ("self", "https://other.example/feed")]
    header = f'<https://hub.example/>; rel="hub", <{URL}>; rel=self'
    assert hub_of(links, header=header, url="https://x.example/") == HUB
    assert hub_of(links, url=URL) == Hub(url="https://other.example/", topic="https://other.example/feed")
    assert hub_of(links[:1], url=URL) == Hub(url="https://other.example/", topic=URL)
    body = b"<rss version='2.0'><channel><title>P</title></channel></rss>"
    site.answer = lambda handler: say(handler, body, Link=header)
    source = FeedSource("harbor", site.url(), Fetcher(CollectSettings(timeout=3), site.allow, resolve=home))
    assert source.read(SourceMemory()).hub == HUB


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", []),
        ("nonsense", []),
        ("<https://a.example/>", []),
        ('<a>; rel="hub self"', [("hub", "a"), ("self", "a")]),
        ("<a>; REL=Hub; rel=self", [("hub", "a")]),
        ('<a>; title="x, <b>; rel=hub"; rel=next', [("next", "a")]),
        ('<a>;rel="hub",<b> ; rel = self', [("hub", "a"), ("self", "b")]),
        ('<a>; anchor="#x"; rel=hub', []),
        ("<a b>; rel=hub", []),
    ],
)
def test_link_headers_are_read_as_the_standard_says(header: str, expected: list[tuple[str, str]]) -> None:
    assert list(links_of(header)) == expected


@given(st.text(alphabet='<>;,="\\ ahubrelsf\x00é', max_size=200))
def test_no_link_header_trips_the_reader(header: str) -> None:
    assert all(relation and address for relation, address in links_of(header))


def test_long_link_headers_cost_no_time() -> None:
    for piece in ("<a>;", "<a>; rel=hub;;", '<a>; rel="', "<", "; rel", "<a>;" + " " * 50):
        list(links_of((piece * 4000)[:4000]))


@pytest.mark.parametrize(
    "address",
    [
        "javascript:x",
        "ftp://hub.example/",
        "",
        "https://user@hub.example/",
        "https://höb.example/",
        "http://[",
        "https://hub.example/\u2028",
    ],
)
def test_only_plain_web_addresses_are_hubs(address: str) -> None:
    assert hub_of([("hub", address)], url=URL) is None
    assert hub_of([("hub", HUB.url), ("self", address)], url=URL) == HUB


# ── asking it ───────────────────────────────────────────────────────────────────────────────────────


class Asked:
    """A hub that keeps what it was asked."""

    def __init__(self, site: Site, status: int = 202, **headers: str) -> None:
        self.forms: list[dict[str, list[str]]] = []

        def answer(handler: Any) -> None:
            length = int(handler.headers["Content-Length"])
            assert handler.headers["Content-Type"] == "application/x-www-form-urlencoded"
            self.forms.append(parse_qs(handler.rfile.read(length).decode(), strict_parsing=True))
            say(handler, b"", status, **headers)

        site.server.RequestHandlerClass.do_POST = answer  # type: ignore[attr-defined] # our own class
        self.hub = Hub(url=site.url("/hub"), topic=URL)
        self.fetcher = Fetcher(CollectSettings(timeout=3), site.allow, resolve=home)

    def ask(self) -> None:
        ask_hub(
            self.fetcher,
            self.hub,
            callback="https://digest.example/c/1?x=é&y",
            secret=SECRET,
            lease_seconds=864000,
        )


@pytest.mark.parametrize("status", [200, 202, 204])
def test_a_hub_is_asked_with_topic_callback_secret_and_lease(site: Site, status: int) -> None:
    asked = Asked(site, status)
    asked.ask()
    assert asked.forms == [
        {
            "hub.mode": ["subscribe"],
            "hub.topic": [URL],
            "hub.callback": ["https://digest.example/c/1?x=é&y"],
            "hub.secret": [SECRET],
            "hub.lease_seconds": ["864000"],
        }
    ]


@pytest.mark.parametrize("status", [301, 307, 400, 404, 500])
def test_a_hub_that_refuses_is_a_source_error_with_advice(site: Site, status: int) -> None:
    asked = Asked(site, status, Location="http://127.0.0.1/")
    with pytest.raises(SourceError, match=f"answered {status}.*callback") as refused:
        asked.ask()
    assert SECRET not in str(refused.value)
    assert len(asked.forms) == 1


def test_a_busy_or_private_hub_says_so(site: Site) -> None:
    with pytest.raises(SourceBusy):
        Asked(site, 429, Retry_After="60").ask()
    asked = Asked(site)
    asked.hub = Hub(url="http://169.254.169.254/", topic=URL)
    with pytest.raises(FetchRefused):
        asked.ask()


# ── its questions and calls ─────────────────────────────────────────────────────────────────────────


def question(**changes: str) -> dict[str, str]:
    asked = {
        "hub.mode": "subscribe",
        "hub.topic": URL,
        "hub.challenge": "abc-123",
        "hub.lease_seconds": "864000",
    }
    return {**asked, **{name.replace("_", "."): value for name, value in changes.items()}}


def test_the_challenge_of_what_we_asked_is_echoed() -> None:
    assert answer_hub(question(), topic=URL) == "abc-123"


@pytest.mark.parametrize(
    "changes",
    [
        {"hub_mode": "denied"},
        {"hub_mode": "unsubscribe"},
        {"hub_mode": "Subscribe"},
        {"hub_topic": f"{URL}/"},
        {"hub_challenge": ""},
        {"hub_challenge": "a" * 501},
        {"hub_challenge": "a\r\nb"},
        {"hub_challenge": "é"},
    ],
)
def test_anything_else_is_not_answered(changes: dict[str, str]) -> None:
    assert answer_hub(question(**changes), topic=URL) is None


def test_nothing_at_all_is_not_answered() -> None:
    assert answer_hub({}, topic=URL) is None
    assert answer_hub(question(hub_topic=""), topic="") is None


@given(
    st.binary(max_size=200), st.sampled_from(["sha256", "sha384", "sha512"]), st.text(min_size=1, max_size=40)
)
def test_what_our_secret_signed_is_believed_and_nothing_else(body: bytes, method: str, secret: str) -> None:
    signature = hmac.new(secret.encode(), body, method).hexdigest()
    assert is_signed(body, f"{method}={signature}", secret)
    assert is_signed(body, f"{method}={signature.upper()}", secret)
    assert not is_signed(body + b".", f"{method}={signature}", secret)
    assert not is_signed(body, f"{method}={signature}", f"{secret}.")
    assert not is_signed(body, f"{method}={signature[:-1]}", secret)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "sha256",
        "sha256=",
        "sha256=zz",
        "=x",
        "sha256=" + "é" * 64,
        "md5=" + "0" * 64,
        "sha256=" + "0" * 64,
    ],
)
def test_other_signatures_are_refused(header: str) -> None:
    assert not is_signed(b"x", header, SECRET)


def test_weak_and_unkeyed_signatures_are_refused() -> None:
    assert not is_signed(b"x", "sha1=" + hmac.new(SECRET.encode(), b"x", hashlib.sha1).hexdigest(), SECRET)
    assert not is_signed(b"x", "sha256=" + hmac.new(b"", b"x", "sha256").hexdigest(), "")
