"""Invented papers on this machine: pages, feeds and JSON by path, and a look at them."""

from __future__ import annotations

import json
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from digest.config import CollectSettings
from digest.ingest.discover.homepage import HomePage, read_home
from digest.ingest.discover.site import discover
from digest.ingest.fetch import Fetcher
from digest.model.site import FoundSite
from tests.ingest.intake import Site, home, say

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TLS = ssl.create_default_context()
"""Made once: it takes longer than a whole look at a paper."""
AGENT = "digest-test/1 (The Harbor Light)"


@dataclass
class Answer:
    """What a path answers."""

    body: str | bytes = ""
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    location: str = ""


def serve(
    site: Site, paths: dict[str, Answer | str | dict[str, Any] | list[Any] | int], *, otherwise: int = 404
) -> None:
    """Let a site answer: markup as a page, objects and lists as JSON, numbers as a status.

    Paths are asked with their query first, then without it.
    """

    def answer(handler: Any) -> None:
        found = paths.get(handler.path, paths.get(handler.path.partition("?")[0], otherwise))
        if isinstance(found, int):
            found = Answer(status=found)
        elif isinstance(found, (dict, list)):
            found = Answer(json.dumps(found), kind="application/json")
        elif isinstance(found, str):
            found = Answer(found)
        body = found.body.encode() if isinstance(found.body, str) else found.body
        headers = {"Content_Type": found.kind} | ({"Location": found.location} if found.location else {})
        say(handler, body, found.status, **headers)

    site.answer = answer


def fetcher(site: Site, **changes: Any) -> Fetcher:
    """Return what fetches from an invented paper, under both of its names."""
    values: dict[str, Any] = {"timeout": 5.0, "user_agent": AGENT, **changes}
    hosts = (*site.allow, f"www.paper.example:{site.port}")
    return Fetcher(CollectSettings(**values), hosts, resolve=home, ssl_context=TLS)


def look_at(site: Site, url: str = "", **changes: Any) -> FoundSite:
    """Discover an invented paper."""
    return discover(url or site.url("/"), fetcher(site, **changes), now=NOW)


def page(markup: str, url: str = "https://harborlight.example/") -> HomePage:
    """Return a home page that was taken apart."""
    return read_home(markup.encode("utf-8", "replace"), url=url)


def rss(
    *dates: str, title: str = "The Harbor Light", language: str = "en-us", section: str = "News"
) -> Answer:
    """Return an RSS feed with one article for each date."""
    items = "".join(
        f"<item><title>Ferry number {n} sails</title><link>https://paper.example/{n}</link>"
        f"<category>{section}</category><guid>{section}{n}</guid><pubDate>{date}</pubDate></item>"
        for n, date in enumerate(dates)
    )
    return Answer(
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>'
        f"<language>{language}</language>{items}</channel></rss>",
        kind="application/rss+xml",
    )


NOVEMBER = "Mon, 23 Nov 2026 08:00:00 -0500"
JULY = "Wed, 01 Jul 2026 08:00:00 -0400"
