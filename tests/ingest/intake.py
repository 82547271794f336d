"""What the intake tests share: where other people's material lies, and small servers."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SHARED = ROOT / "../shared/data"


def shared(*parts: str) -> Path:
    """Return a folder of the shared data; skips the test where it is absent."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"the shared data {'/'.join(parts)} is not on this machine")
    return path


def seeds(*parts: str) -> Path:
    """Return a part of the seeds; skips the test where it is absent."""
    path = ROOT.joinpath("seeds", *parts)
    if not path.exists():
        pytest.skip("the seeds are not in this checkout")
    return path


class Site:
    """A web site on this machine: `answer(handler)` writes each answer; requests are kept."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.answer: Callable[[Any], None] = lambda handler: say(handler, b"hello")
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.requests.append((self.path, dict(self.headers)))
                site.answer(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # its name there
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, request: object, client_address: object) -> None:
                """Clients that hang up are what many of these tests are about."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        self.thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self.thread.start()

    def url(self, path: str = "/feed.xml") -> str:
        """Return an address of this site under its own name."""
        return f"http://paper.example:{self.port}{path}"

    @property
    def allow(self) -> tuple[str, ...]:
        """Return what makes the guard let this site pass."""
        return (f"paper.example:{self.port}",)

    def close(self) -> None:
        """Stop serving."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def say(handler: Any, body: bytes, status: int = 200, **headers: str) -> None:
    """Write one whole answer; `Content_Type="…"` becomes a header."""
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    if "Content_Length" not in headers:
        handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def home(_host: str, _port: int) -> tuple[str, ...]:
    """Resolve every name to this machine."""
    return ("127.0.0.1",)
