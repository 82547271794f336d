"""Read a played newspaper as the product does, with a clock that a test moves."""

from __future__ import annotations

from typing import Any

from digest.config import CollectSettings
from digest.ingest.fetch import Fetcher
from digest.testing.factories import FakeClock
from tests.ingest.intake import Site, home
from tests.newspapers.stories import NOW


def fetcher(site: Site, **changes: Any) -> Fetcher:
    """Return what fetches from a played newspaper."""
    values: dict[str, Any] = {"timeout": 5.0, **changes}
    return Fetcher(CollectSettings(**values), site.allow, resolve=home)


def clock() -> FakeClock:
    """Return a clock that shows when the newest story has just been published."""
    return FakeClock(NOW)


def asked(site: Site) -> list[str]:
    """Return the paths that were asked since the last call, and forget them."""
    paths = [path for path, _ in site.requests]
    site.requests.clear()
    return paths


def conditional(site: Site) -> list[bool]:
    """Say of each request since the last call whether it asked only for what changed; forget them."""
    found = ["If-None-Match" in headers or "If-Modified-Since" in headers for _, headers in site.requests]
    site.requests.clear()
    return found
