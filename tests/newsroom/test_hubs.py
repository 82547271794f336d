"""Hubs are asked to tell us of news; only a hub we asked is heard, and then the source is read at once."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from digest import config
from digest.cli.hosting import public_app
from digest.newsroom import Newsroom, Service, open_newsroom
from digest.newsroom.hubs import RENEW_AFTER, TRY_AGAIN_AFTER, Hubs
from digest.ports import Hub, Reading
from digest.testing.factories import MORNING, FakeClock

KEY = "a secret for tests, and only for tests!"
TOPIC = "https://paper.example/feed.xml"


class FakeHub:
    """A hub on this machine: keeps what it was asked, and answers as it is told."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.status = 202
        hub = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                hub.asked.append({name: values[0] for name, values in parse_qs(body).items()})
                self.send_response(hub.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # its name there
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    running = FakeHub()
    yield running
    running.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(MORNING)


def _settings(folder: Path, hub: FakeHub, more: str = "") -> config.Settings:
    (folder / "articles").mkdir(exist_ok=True)
    (folder / "digest.toml").write_text(
        f'[secrets]\nkey = "{KEY}"\n[web]\nbase_url = "https://news.example"\n{more}\n[mail]\ntls = "none"\n'
        f'[[sources]]\nname = "paper"\nkind = "folder"\npath = "articles"\nallow_hosts = ["{hub.host}"]\n'
        '[[sources]]\nname = "plain"\nkind = "folder"\npath = "articles"\n',
        encoding="utf-8",
    )
    return config.load(folder, {})


@pytest.fixture
def newsroom(tmp_path: Path, hub: FakeHub, clock: FakeClock) -> Iterator[Newsroom]:
    with open_newsroom(_settings(tmp_path, hub), clock=clock) as room:
        offered = Hub(url=f"http://{hub.host}/", topic=TOPIC)
        room.storage.sources.remember("paper", Reading(hub=offered), now=clock())
        yield room


def _visit(room: Newsroom, method: str, path: str, **more: Any) -> httpx.Response:
    async def go() -> httpx.Response:
        transport = httpx.ASGITransport(public_app(room))
        async with httpx.AsyncClient(transport=transport, base_url="http://news.example") as client:
            return await client.request(method, path, **more)

    return asyncio.run(go())


def _asked(room: Newsroom, hub: FakeHub) -> tuple[str, str]:
    """Have the hub asked; return the path of our callback and the secret."""
    Hubs(room).ask()
    (form,) = hub.asked
    return urlsplit(form["hub.callback"]).path, form["hub.secret"]


def _sign(body: bytes, secret: str) -> dict[str, str]:
    return {"X-Hub-Signature": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


def test_a_hub_is_asked_once_and_again_before_its_lease_ends(
    newsroom: Newsroom, hub: FakeHub, clock: FakeClock
) -> None:
    hubs = Hubs(newsroom)
    hubs.ask()
    hubs.ask()
    (form,) = hub.asked
    assert (form["hub.mode"], form["hub.topic"]) == ("subscribe", TOPIC)
    assert form["hub.callback"].startswith("https://news.example/websub/")
    clock.now += RENEW_AFTER
    hubs.ask()
    assert hub.asked == [form, form]


def test_a_hub_that_refuses_is_asked_again_hours_later(
    newsroom: Newsroom, hub: FakeHub, clock: FakeClock
) -> None:
    hub.status = 500
    hubs = Hubs(newsroom)
    hubs.ask()
    hubs.ask()
    assert len(hub.asked) == 1
    clock.now += TRY_AGAIN_AFTER
    hubs.ask()
    assert len(hub.asked) == 2


@pytest.mark.parametrize("more", ["[collect]\nwebsub = false", ""])
def test_no_hub_is_asked_where_that_is_off_or_it_could_not_call_us(
    tmp_path: Path, hub: FakeHub, clock: FakeClock, more: str
) -> None:
    settings = _settings(tmp_path, hub, more)
    if not more:
        local = settings.web.model_copy(update={"base_url": "http://127.0.0.1:8025"})
        source = settings.sources[0].model_copy(update={"allow_hosts": ()})
        settings = settings.model_copy(update={"web": local, "sources": (source,)})
    with open_newsroom(settings, clock=clock) as room:
        offered = Hub(url=f"http://{hub.host}/", topic=TOPIC)
        room.storage.sources.remember("paper", Reading(hub=offered), now=clock())
        Hubs(room).ask()
    assert hub.asked == []


def test_a_hub_that_verifies_our_request_hears_its_challenge(newsroom: Newsroom, hub: FakeHub) -> None:
    path, _ = _asked(newsroom, hub)
    query = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.challenge": "c-1", "hub.lease_seconds": "9"}
    answer = _visit(newsroom, "GET", path, params=query)
    assert (answer.status_code, answer.text) == (200, "c-1")
    assert answer.headers["content-type"].startswith("text/plain")
    assert newsroom.storage.sources.nudged() == frozenset()


@pytest.mark.parametrize(
    "changes", [{"hub.mode": "unsubscribe"}, {"hub.topic": "https://else.example/"}, {"hub.challenge": ""}]
)
def test_nobody_is_told_anything_we_did_not_ask(
    newsroom: Newsroom, hub: FakeHub, changes: dict[str, str]
) -> None:
    path, _ = _asked(newsroom, hub)
    query = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.challenge": "c-1"} | changes
    assert _visit(newsroom, "GET", path, params=query).status_code == 404
    assert _visit(newsroom, "GET", "/websub/other", params=query).status_code == 404


def test_a_signed_ping_has_the_source_read_at_the_next_tick(
    newsroom: Newsroom, hub: FakeHub, clock: FakeClock
) -> None:
    path, secret = _asked(newsroom, hub)
    offered = newsroom.storage.sources.hub_of("paper")
    assert offered is not None
    service = Service(newsroom)
    service.tick()
    # A folder offers no hub; a feed would have offered it again.
    newsroom.storage.sources.remember("paper", Reading(hub=offered[0]), now=clock())
    clock.advance(minutes=1)
    body = b"<feed>" + b"x" * 1_000_000
    assert _visit(newsroom, "POST", path, content=body, headers=_sign(body, secret)).status_code == 202
    clock.advance(seconds=1)
    service.tick()
    read = {health.name: health.last_success for health in newsroom.storage.sources.health(now=clock())}
    assert read["paper"] == clock()
    assert read["plain"] != clock()
    assert newsroom.storage.sources.nudged() == frozenset()


def test_a_ping_that_is_not_signed_by_the_hub_changes_nothing(newsroom: Newsroom, hub: FakeHub) -> None:
    path, secret = _asked(newsroom, hub)
    plain = Hubs(newsroom)._token("plain")
    for where, headers in (
        (path, {}),
        (path, _sign(b"news", "another secret")),
        (path, _sign(b"other news", secret)),
        ("/websub/unknown", _sign(b"news", secret)),
        (f"/websub/{plain}", _sign(b"news", secret)),
    ):
        assert _visit(newsroom, "POST", where, content=b"news", headers=headers).status_code == 202
    assert newsroom.storage.sources.nudged() == frozenset()


def test_a_ping_of_more_than_two_megabytes_is_refused(newsroom: Newsroom, hub: FakeHub) -> None:
    path, secret = _asked(newsroom, hub)
    body = b"x" * 2_000_001
    assert _visit(newsroom, "POST", path, content=body, headers=_sign(body, secret)).status_code == 413


def test_hubs_that_fail_inside_do_not_keep_the_edition_from_going_out(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_self: Hubs) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(Hubs, "ask", fail)
    Service(newsroom).tick()


def test_only_where_a_hub_was_told_to_call_there_is_room(newsroom: Newsroom, hub: FakeHub) -> None:
    path, _ = _asked(newsroom, hub)
    body = b"x" * 100_000
    assert _visit(newsroom, "POST", path, content=body).status_code == 202
    assert _visit(newsroom, "POST", "/websub/unknown", content=body).status_code == 413
