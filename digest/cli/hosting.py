"""Put the apps behind a web server, and the schedule beside it."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import threading
import time
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

import typer
import uvicorn

from digest.desk.app import build_desk
from digest.errors import DigestError
from digest.log import fields
from digest.model.newsletter import Newsletter
from digest.newsroom import Newsroom, Service
from digest.newsroom.hubs import Hubs
from digest.schedule import SteadyClock, start_scheduler
from digest.web.app import build_app
from digest.web.connections import GuardedProtocol, connections_allowed

if TYPE_CHECKING:
    from starlette.applications import Starlette

log = logging.getLogger(__name__)
_QUEUE = 128


def public_app(newsroom: Newsroom) -> Starlette:
    """Return the public pages of a newsroom."""
    return build_app(
        paper=newsroom.settings.paper,
        web=newsroom.settings.web,
        newsletters=newsroom.newsletters,
        storage=newsroom.storage,
        signer=newsroom.signer,
        clock=newsroom.clock,
        media_folder=newsroom.media_folder,
        archive_html=newsroom.archive_html,
        send_notices=newsroom.notify,
        templates=newsroom.template_folder,
        hub_calls=Hubs(newsroom),
    )


def serve_newsroom(newsroom: Newsroom, *, with_schedule: bool) -> None:
    """Serve the public pages until a signal ends it; bring editions out when they are due."""
    web = newsroom.settings.web
    app = public_app(newsroom)
    listener = _listen(web.host, web.port)
    typer.echo(f"serving {web.base_url} on {web.host}:{listener.getsockname()[1]}", err=True)
    service = Service(newsroom)
    scheduler = None
    if with_schedule:
        scheduler = start_scheduler(service.tick, steady=SteadyClock(newsroom.clock, time.monotonic))
    try:
        _serve(app, listener, at_signal=service.stop)
    finally:
        service.stop()
        if scheduler is not None:
            # Waits for the running tick, which finishes its open messages and gives the rest back.
            scheduler.shutdown(wait=True)


def serve_desk(newsroom: Newsroom, newsletter: Newsletter, day: date, *, port: int, browser: bool) -> None:
    """Serve the preview of a day on this machine only, until Ctrl-C."""
    listener = _listen("127.0.0.1", port)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    typer.echo(f"preview of {newsletter.name} {day}: {address} (Ctrl-C ends it)")
    if browser:
        threading.Timer(0.5, webbrowser.open, (address,)).start()
    app = build_desk(lambda: newsroom.preview(newsletter, day), media_folder=newsroom.media_folder)
    _serve(app, listener)


class _Server(uvicorn.Server):
    """A server that leaves the signals to us: uvicorn raises them again, which would end us at once."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture nothing."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start; visitors queue in the system, however few of them asyncio takes at a time."""
        await super().startup(sockets)
        for listener in sockets or ():
            listener.listen(_QUEUE)


def _serve(app: Starlette, listener: socket.socket, *, at_signal: Callable[[], None] = lambda: None) -> None:
    """Serve until SIGTERM or SIGINT; open requests are finished."""
    allowed = connections_allowed()
    config = uvicorn.Config(
        app,
        http=GuardedProtocol.at_most(allowed),
        ws="none",
        # So many are taken from the queue at a time, before any of them can be closed again.
        backlog=max(1, min(_QUEUE, allowed // 4)),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
    )
    server = _Server(config)

    def end(number: int, _frame: object) -> None:
        log.info("server.stopping %s", fields(signal=signal.Signals(number).name))
        server.should_exit = True
        # Not in the handler itself: it may have interrupted the very thread that holds a lock.
        threading.Thread(target=at_signal, name="stop").start()

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        asyncio.run(server.serve(sockets=[listener]))
    finally:
        listener.close()
        for number, handler in before.items():
            signal.signal(number, handler)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio turns off Nagle's delay (40 ms a page otherwise).
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        # From here on visitors queue, so that the address we are about to name answers at once.
        listener.listen(_QUEUE)
    except OSError as error:
        listener.close()
        raise DigestError(f"cannot listen on {host}:{port} ({error}); choose another port") from error
    return listener
