"""Connections have deadlines and a number: half a request holds nothing up for long."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from digest.web.connections import MOST_CONNECTIONS, GuardedProtocol, connections_allowed

WHOLE = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
HALF = b"GET / HTTP/1.1\r\nHost:"

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def visiting(story: Callable[[Callable[..., Awaitable[Line]]], Awaitable[None]], **limits: Any) -> None:
    """Serve with these limits and let a story open lines to it."""
    protocol = type("Protocol", (GuardedProtocol,), limits)

    async def page(request: Request) -> Response:
        if request.url.path == "/slow":
            await asyncio.sleep(30)
        return PlainTextResponse("x" * (20_000_000 if request.url.path == "/large" else 2))

    routes = [Route(path, page) for path in ("/", "/slow", "/large")]

    async def go() -> None:
        config = uvicorn.Config(Starlette(routes=routes), http=protocol, log_level="critical")
        config.load()
        server = uvicorn.Server(config)
        server.lifespan = config.lifespan_class(config)
        listener = await asyncio.get_running_loop().create_server(
            lambda: protocol(config=config, server_state=server.server_state, app_state={}), "127.0.0.1", 0
        )
        port = listener.sockets[0].getsockname()[1]
        lines: list[Line] = []

        async def dial(words: bytes = b"") -> Line:
            line = await asyncio.open_connection("127.0.0.1", port)
            lines.append(line)
            line[1].write(words)
            return line

        try:
            async with asyncio.timeout(20):
                await story(dial)
        finally:
            for _, writer in lines:
                writer.close()
            listener.close()
            for task in list(server.server_state.tasks):
                task.cancel()
            await asyncio.sleep(0.05)

    asyncio.run(go())


async def is_closed(line: Line, within: float = 5.0) -> bool:
    try:
        await asyncio.wait_for(line[0].read(), within)
    except TimeoutError:
        return False
    except ConnectionError:
        pass
    return True


async def is_answered(line: Line) -> bool:
    try:
        return (await asyncio.wait_for(line[0].readline(), 5)).startswith(b"HTTP/1.1 200")
    except (TimeoutError, ConnectionError):
        return False


@pytest.mark.parametrize("words", [b"", HALF])
def test_who_does_not_finish_the_head_of_a_request_is_hung_up_on(words: bytes) -> None:
    async def story(dial: Callable[..., Awaitable[Line]]) -> None:
        assert await is_closed(await dial(words))

    visiting(story, head_seconds=0.2)


def test_a_byte_now_and_then_buys_no_time() -> None:
    async def story(dial: Callable[..., Awaitable[Line]]) -> None:
        reader, writer = await dial(HALF)
        for _ in range(100):
            await asyncio.sleep(0.05)
            if reader.at_eof() or reader.exception():
                return
            writer.write(b"x")
        pytest.fail("the line is still open")

    visiting(story, head_seconds=0.3)


def test_the_second_request_of_a_connection_has_the_same_deadline() -> None:
    async def story(dial: Callable[..., Awaitable[Line]]) -> None:
        line = await dial(WHOLE)
        assert await is_answered(line)
        line[1].write(HALF)
        assert await is_closed(line)

    visiting(story, head_seconds=0.3)


def test_an_answer_may_take_longer_than_the_head_of_a_request() -> None:
    async def story(dial: Callable[..., Awaitable[Line]]) -> None:
        assert not await is_closed(await dial(WHOLE.replace(b"/ ", b"/slow ", 1)), within=0.5)

    visiting(story, head_seconds=0.1)


def test_who_does_not_take_the_answer_is_hung_up_on() -> None:
    async def story(dial: Callable[..., Awaitable[Line]]) -> None:
        line = await dial(WHOLE.replace(b"/ ", b"/large ", 1))
        await asyncio.sleep(0.8)
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            await line[0].readexactly(20_000_000)

    visiting(story, head_seconds=0.2, answer_seconds=0.4)


def test_half_sent_requests_make_room_for_whole_ones() -> None:
    async def story(dial: Callable[..., Awaitable[Line]]) -> None:
        half = [await dial(HALF) for _ in range(40)]
        assert all([await is_answered(await dial(WHOLE)) for _ in range(5)])
        assert all([await is_closed(line) for line in half[:30]])

    visiting(story, most=8, head_seconds=15)


def test_when_every_connection_is_being_answered_one_more_is_refused() -> None:
    async def story(dial: Callable[..., Awaitable[Line]]) -> None:
        slow = [await dial(WHOLE.replace(b"/ ", b"/slow ", 1)) for _ in range(3)]
        await asyncio.sleep(0.2)
        assert await is_closed(await dial(WHOLE))
        assert not await is_closed(slow[0], within=0.1)

    visiting(story, most=3)


@pytest.mark.parametrize(
    ("limits", "granted", "allowed"),
    [
        ((256, 4096), 4096, MOST_CONNECTIONS),
        ((256, 1024), 1024, 512),
        ((1024, resource.RLIM_INFINITY), 8192, MOST_CONNECTIONS),
        ((resource.RLIM_INFINITY, resource.RLIM_INFINITY), resource.RLIM_INFINITY, MOST_CONNECTIONS),
        ((20_000, 20_000), 20_000, MOST_CONNECTIONS),
    ],
)
def test_the_limit_of_open_files_is_raised_and_connections_stay_well_below_it(
    monkeypatch: pytest.MonkeyPatch, limits: tuple[int, int], granted: int, allowed: int
) -> None:
    now = [limits]
    monkeypatch.setattr(resource, "getrlimit", lambda _what: now[0])
    monkeypatch.setattr(resource, "setrlimit", lambda _what, new: now.append(new))
    assert connections_allowed() == allowed
    assert now[-1][0] == granted


def test_a_limit_that_cannot_be_raised_is_lived_with(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_what: int, _new: tuple[int, int]) -> None:
        raise ValueError("not granted")

    monkeypatch.setattr(resource, "getrlimit", lambda _what: (256, resource.RLIM_INFINITY))
    monkeypatch.setattr(resource, "setrlimit", refuse)
    assert connections_allowed() == 128
