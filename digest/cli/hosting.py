"""Put the apps behind a web server, and the schedule beside it."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
import webbrowser
from datetime import date
from typing import TYPE_CHECKING

import typer
import uvicorn

from digest.desk.app import build_desk
from digest.errors import DigestError
from digest.model.newsletter import Newsletter
from digest.newsroom import Newsroom, Service
from digest.schedule import SteadyClock, start_scheduler
from digest.web.app import build_app

if TYPE_CHECKING:
    from starlette.applications import Starlette

log = logging.getLogger(__name__)


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
    )


def serve_newsroom(newsroom: Newsroom, *, with_schedule: bool) -> None:
    """Serve the public pages until a signal ends it; bring editions out when they are due."""
    web = newsroom.settings.web
    listener = _listen(web.host, web.port)
    typer.echo(f"serving {web.base_url} on {web.host}:{listener.getsockname()[1]}", err=True)
    scheduler = None
    if with_schedule:
        steady = SteadyClock(newsroom.clock, time.monotonic)
        service = Service(newsroom)
        scheduler = start_scheduler(service.tick, steady=steady)
    try:
        _serve(public_app(newsroom), listener)
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


def _serve(app: Starlette, listener: socket.socket) -> None:
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=10
    )
    server = uvicorn.Server(config)
    try:
        asyncio.run(server.serve(sockets=[listener]))
    except KeyboardInterrupt:
        log.info("server.stopped")
    finally:
        listener.close()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio turns off Nagle's delay (40 ms a page otherwise).
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        # From here on visitors queue, so that the address we are about to name answers at once.
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise DigestError(f"cannot listen on {host}:{port} ({error}); choose another port") from error
    return listener
