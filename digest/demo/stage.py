"""Where the demo plays: the paper's own site on loopback, its settings, its folder."""

from __future__ import annotations

import functools
import http.server
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from string import Template
from typing import Any, cast

from digest.resources import find_shipped

SITE = "https://harborlight.example"
BASE_URL = "http://127.0.0.1:8025"


class _Site(http.server.SimpleHTTPRequestHandler):
    """Serve the seeds as the paper's site would: a feed and its pictures, with conditional GET."""

    def send_head(self) -> io.BytesIO | Any:
        """Answer with the feed, its picture addresses pointing here, or with a file."""
        if self.path != "/feed.xml":
            return super().send_head()
        _, port = cast(tuple[str, int], self.server.server_address)
        feed = (Path(self.directory) / "feed.xml").read_text(encoding="utf-8")
        body = feed.replace(f"{SITE}/images/", f"http://127.0.0.1:{port}/images/").encode()
        etag = f'"{len(body)}"'
        if self.headers.get("If-None-Match") == etag:
            self.send_response(HTTPStatus.NOT_MODIFIED)
            self.end_headers()
            return None
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "application/rss+xml; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", etag)
        self.end_headers()
        return io.BytesIO(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it overrides
        """Say nothing: the demo's screen belongs to the demo."""


@contextmanager
def open_site() -> Iterator[int]:
    """Serve the seeds on a free port of 127.0.0.1; yields the port."""
    handler = functools.partial(_Site, directory=str(find_shipped("seeds")))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, name="demo-site", daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def write_settings(folder: Path, *, site_port: int, smtp_port: int) -> Path:
    """Write the demo's digest.toml, with the ports of this run; returns its path."""
    template = Template((find_shipped("seeds") / "digest.toml").read_text(encoding="utf-8"))
    path = folder / "digest.toml"
    path.write_text(
        template.substitute(
            seeds=find_shipped("seeds").as_posix(),
            site_port=site_port,
            smtp_port=smtp_port,
            base_url=BASE_URL,
        ),
        encoding="utf-8",
    )
    return path
