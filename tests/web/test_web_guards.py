"""What holds for every page: nothing changes by looking, headers guard it, and it fails politely."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from digest.config import PaperSettings
from digest.errors import RenderError, SettingsError
from digest.model.colours import contrast, dark_palette, light_palette
from digest.model.newsletter import Newsletter
from digest.model.subscriber import SubscriberStatus
from digest.resources import find_shipped
from digest.testing.factories import SIGNER, FakeClock
from digest.tokens import Purpose
from digest.web.printer import PAGES, Printer
from digest.web.security import BodyLimit
from tests.web.house import DAILY, WEEKLY, House

COLOURS = ["#7a1f2b", "#ffee00", "#ffffff", "#000000", "#808080", "#0000ff", "#00ff7f"]


def house_with_everything() -> House:
    house = House(DAILY, WEEKLY)
    house.settle_in()
    house.sign_up("ben@example.com")
    house.publish()
    return house


def paths(house: House) -> list[str]:
    """Return an address for every route, once with a good token and once with a bad one."""
    filled = []
    for route in house.app.routes:
        assert isinstance(route, Route)
        purpose = route.path.split("/")[1]
        tokens = ["bad"]
        if purpose in {one.value for one in Purpose}:
            tokens += [SIGNER.sign(Purpose(purpose), number) for number in (1, 2)]
        filled += [
            route.path.format(token=token, newsletter="daily", day="2026-04-14", name="0.jpg")
            for token in tokens
        ]
    return sorted(set(filled))


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_looking_changes_nothing_on_any_route(method: str) -> None:
    house = house_with_everything()
    before = house.snapshot()
    answers = house.visit(*[(method, path, {}) for path in paths(house)])
    assert {answer.status_code for answer in answers} <= {200, 302, 404, 405}
    assert house.snapshot() == before


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
def test_other_methods_are_refused_on_every_route_and_change_nothing(method: str) -> None:
    house = house_with_everything()
    before = house.snapshot()
    answers = house.visit(*[(method, path, {}) for path in paths(house)])
    assert {answer.status_code for answer in answers} == {405}
    assert {answer.headers["allow"] for answer in answers} == {"GET, HEAD", "GET, HEAD, POST", "POST"}
    assert house.snapshot() == before


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_every_answer_carries_the_headers_that_guard_it(method: str) -> None:
    house = house_with_everything()
    for answer in house.visit(*[(method, path, {}) for path in paths(house)]):
        headers = answer.headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "script-src" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["strict-transport-security"].startswith("max-age=")
        assert "permissions-policy" in headers
        assert "set-cookie" not in headers


def test_strict_transport_is_asked_for_only_where_readers_come_by_https() -> None:
    assert "strict-transport-security" not in House(base_url="http://127.0.0.1:8025").get("/").headers


def test_the_style_sheet_is_the_one_the_policy_allows() -> None:
    answer = House().get("/")
    style = re.search(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style.group(1).encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in answer.headers["content-security-policy"]
    assert "style=" not in answer.text


def test_every_page_is_small_has_a_language_a_title_and_landmarks_and_no_script() -> None:
    house = house_with_everything()
    for answer in house.visit(*[("GET", path, {}) for path in paths(house)]):
        if not answer.text.startswith("<!DOCTYPE html>\n<html lang="):
            continue  # the edition itself, JSON, a redirect
        assert len(answer.content) < 30_000
        assert '<html lang="en">' in answer.text
        assert "<title>" in answer.text
        assert 'name="viewport"' in answer.text
        assert "<script" not in answer.text
        assert answer.text.count("<h1") == 1
        for landmark in ("<header>", '<main id="main">', "<footer>", "<nav "):
            assert answer.text.count(landmark) == 1


def test_the_health_page_answers_as_json() -> None:
    assert House().get("/healthz").json() == {"status": "ok"}


def test_a_fault_of_ours_gets_a_polite_page_that_gives_nothing_away() -> None:
    def fail(filed: object) -> str:
        raise RuntimeError(f"secret of {filed}")

    house = House(archive_html=fail)
    house.publish()
    answer = house.get("/daily/2026-04-14")
    assert answer.status_code == 500
    assert "broke on our side" in answer.text
    assert "secret" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


# ── bodies ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", ["/subscribe", "/unsubscribe/{}", "/preferences/{}", "/confirm/{}"])
def test_a_body_that_is_too_large_is_refused_before_anything_happens(path: str) -> None:
    house = House()
    reader = house.settle_in()
    token = SIGNER.sign(Purpose.UNSUBSCRIBE, reader.id)
    answer = house.post(path.format(token), content=b"x" * 16_385)
    assert answer.status_code == 413
    assert "too much" in answer.text
    assert house.status() is SubscriberStatus.CONFIRMED


def test_a_body_that_hides_its_size_is_refused_too() -> None:
    async def endless() -> Any:
        for _ in range(100):
            yield b"x" * 1000

    assert House().post("/subscribe", content=endless()).status_code == 413


def through_limit(messages: list[Message], headers: list[tuple[bytes, bytes]]) -> tuple[int, list[Message]]:
    """Send messages through a body limit; return the status and what the app behind it received."""
    received: list[Message] = []
    statuses: list[int] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        received.extend([await receive(), await receive()])
        await PlainTextResponse("ok")(scope, receive, send)

    async def receive() -> Message:
        if not messages:
            await asyncio.sleep(10)
        return messages.pop(0)

    async def send(message: Message) -> None:
        statuses.append(message.get("status", 0))

    limit = BodyLimit(app, refuse=lambda status: PlainTextResponse("no", status), limit=10, seconds=0.05)
    scope: Scope = {"type": "http", "path": "/", "method": "POST", "headers": headers}
    asyncio.run(limit(scope, receive, send))
    return statuses[0], received


def test_a_body_in_pieces_arrives_whole_and_then_what_follows_it() -> None:
    pieces: list[Message] = [
        {"type": "http.request", "body": b"one", "more_body": True},
        {"type": "http.request", "body": b"two"},
        {"type": "http.disconnect"},
    ]
    status, received = through_limit(pieces, [])
    assert status == 200
    assert received[0]["body"] == b"onetwo"
    assert received[1]["type"] == "http.disconnect"


def test_a_body_that_takes_too_long_is_refused() -> None:
    assert through_limit([{"type": "http.request", "body": b"x", "more_body": True}], [])[0] == 408


@pytest.mark.parametrize("length", [b"11", b"-1", b"many", "²".encode()])
def test_a_length_that_is_too_large_or_none_is_refused_unread(length: bytes) -> None:
    assert through_limit([], [(b"content-length", length)])[0] == 413


def test_what_is_no_http_passes_by() -> None:
    house = House()
    seen: list[Message] = []

    async def receive() -> Message:
        return {"type": "lifespan.startup"} if not seen else {"type": "lifespan.shutdown"}

    async def send(message: Message) -> None:
        seen.append(message)

    asyncio.run(house.app({"type": "lifespan", "asgi": {"version": "3.0"}}, receive, send))
    assert [message["type"] for message in seen] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]


# ── the look ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("colour", COLOURS)
def test_text_can_be_read_in_every_colour_a_paper_may_choose(colour: str) -> None:
    for palette in (light_palette(colour), dark_palette(colour)):
        for text in (palette.ink, palette.muted, palette.accent, palette.alarm):
            assert min(contrast(text, palette.page), contrast(text, palette.sheet)) >= 4.5
        assert contrast(palette.on_accent, palette.accent) >= 4.5


def test_the_colour_of_a_paper_is_kept_where_it_can_be_read() -> None:
    assert light_palette("#7a1f2b").accent == "#7a1f2b"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Tuesday, April 14, 2026"),
        ("en-GB", "Tuesday, 14 April 2026"),
        ("de", "Tuesday, April 14, 2026"),
        ("tlh", "Tuesday, April 14, 2026"),
    ],
)
def test_dates_are_written_in_the_english_of_the_country(language: str, words: str) -> None:
    assert words in House(language=language).get("/").text


def test_a_paper_replaces_a_template_and_builds_on_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    own = '{% extends "shipped/web/privacy.html" %}{% block title %}Our own words{% endblock %}'
    (tmp_path / "web" / "privacy.html").write_text(own)
    house = House(templates=tmp_path)
    assert "<title>Our own words" in house.get("/privacy").text
    assert house.get("/").status_code == 200


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("privacy.html", "{% if %}", "privacy.html, line 1"),
        ("style.css", "{{ no_such_name }}", "no_such_name"),
    ],
)
def test_a_broken_template_is_named_when_the_service_starts(
    tmp_path: Path, name: str, content: str, words: str
) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / name).write_text(content)
    with pytest.raises(RenderError, match=words):
        House(templates=tmp_path)


def test_even_a_broken_error_page_ends_in_a_plain_one(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "error.html").write_text("{{ no_such_name }}")
    answer = House(templates=tmp_path).get("/no/such/page")
    assert answer.status_code == 500
    assert "try again later" in answer.text
    assert "no_such_name" not in answer.text


@pytest.mark.parametrize("status", [418, 503])
def test_rare_statuses_have_a_page_too(status: int) -> None:
    printer = Printer(
        paper=PaperSettings(), newsletters=(DAILY,), clock=FakeClock(), base_url="http://x.example"
    )
    assert printer.error(status).status_code == status


@pytest.mark.parametrize("name", ["privacy", "media", "latest", "subscribe"])
def test_a_newsletter_cannot_be_called_like_a_page(name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        House(Newsletter(name=name))


def test_every_template_is_printed_by_these_tests() -> None:
    """The list of pages is the list of files, so that a template nobody checks cannot be shipped."""
    files = {path.stem for path in (find_shipped("templates") / "web").glob("*.html")}
    assert files - {"base", "macros"} == set(PAGES)
