"""The feeds of a site: those its page names and those at the usual places, and which of them is best."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from urllib.parse import urlsplit

from digest.errors import SourceError
from digest.ingest.discover.clue import address_of, line_of
from digest.ingest.discover.homepage import HomePage
from digest.ingest.discover.place import Times, dates_in, times_of
from digest.ingest.discover.visit import Visit
from digest.ingest.feeds import read_feed
from digest.ingest.feedxml import decode_feed
from digest.ingest.fetch import Fetched

ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/feed+json",
        "application/rdf+xml",
        "text/xml",
    }
)
_FEED_PATH = re.compile(
    r"(?:^|/)(?:feeds?|rss|atom)(?:/|\.xml|\.rss|\.php|\.json|$)|\.(?:rss|atom|rdf)$|/plugin/feeds/"
)
_NOT_ARTICLES = re.compile(
    r"comment|kommentar|coment|podcast|episode|calendar|\bevents?\b|/author/", re.IGNORECASE
)
_USUAL = ("feed", "feed/", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml", "feed.json")
_MAX_NAMED = 4
_FRESH = timedelta(days=14)
_TITLE = re.compile(
    r"<title\b[^<>]{0,80}>\s*(?:<!\[CDATA\[)?([^<>\]]{1,200})|\"title\"\s*:\s*\"([^\"]{1,200})\""
)
_BEGINS = re.compile(r"<(?:item|entry)\b|\"items\"")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFeed:
    """A feed that was read: how many articles, the day of the newest, and what it says of its site."""

    url: str = ""
    articles: int = 0
    newest: date = date.min
    title: str = ""
    language: str = ""
    sections: tuple[str, ...] = ()
    times: Times = ()


def find_feeds(
    page: HomePage, visit: Visit, *, known: Iterable[str], search: bool, now: datetime
) -> tuple[FoundFeed, ...]:
    """Return the feeds with articles, the best first: the fresh before the stale, then the fullest.

    Args:
        page: the home page.
        visit: asks the site.
        known: addresses where the site's CMS keeps its feed.
        search: whether to look at the usual places if no feed is named.
        now: bounds dates that lie in the future.
    """
    named = dict.fromkeys((*known, *_named(page)))
    found = [feed for url in list(named)[:_MAX_NAMED] if (feed := _read_at(url, visit, now))]
    if not found and search:
        usual = (page.beside(path) for path in _USUAL)
        tried = (_read_at(url, visit, now) for url in usual if url not in named)
        found = list(islice(filter(None, tried), 1))
    # The same feed is often named twice, with and without a last slash.
    found = list({feed.url.rstrip("/"): feed for feed in reversed(found)}.values())[::-1]
    newest = max((feed.newest for feed in found), default=date.min)
    return tuple(sorted(found, key=lambda feed: (newest - feed.newest > _FRESH, -feed.articles)))


def read_found(fetched: Fetched, *, now: datetime) -> FoundFeed | None:
    """Read what came as a feed; None if it is none, or holds no article."""
    try:
        reading = read_feed(fetched.body, name="", url=fetched.url, charset=fetched.charset, now=now)
    except SourceError:
        return None
    url = address_of(fetched.url)
    if not reading.articles or not url:
        return None
    text = decode_feed(fetched.body, fetched.charset)
    begin = _BEGINS.search(text)
    title = _TITLE.search(text[: begin.start() if begin else 0])
    return FoundFeed(
        url=url,
        articles=len(reading.articles),
        newest=max(_day(article.published_at) for article in reading.articles),
        title=line_of(title[1] or title[2], most=80) if title else "",
        language=reading.articles[0].language or "",
        sections=tuple(dict.fromkeys(name for article in reading.articles for name in article.sections)),
        times=times_of(dates_in(text), now=now),
    )


def _read_at(url: str, visit: Visit, now: datetime) -> FoundFeed | None:
    fetched = visit.find(url, accept=ACCEPT)
    return read_found(fetched, now=now) if fetched else None


def _named(page: HomePage) -> list[str]:
    """Return the feeds of articles that the page names in its head, then those it links to."""
    in_head = [
        address_of(node.get("href"), page.url)
        for node in page.links("alternate")
        if (node.get("type") or "").strip().lower() in _TYPES
        and not _NOT_ARTICLES.search(f"{node.get('title', '')} {node.get('href', '')}")
    ]
    linked = [
        anchor.url
        for anchor in page.anchors
        if _FEED_PATH.search(urlsplit(anchor.url).path.lower())
        and urlsplit(anchor.url).hostname == page.host
        and not _NOT_ARTICLES.search(f"{anchor.text} {anchor.url}")
    ]
    return [url for url in (*in_head, *linked) if url]


def _day(moment: datetime | date | None) -> date:
    if isinstance(moment, datetime):
        return moment.astimezone(UTC).date()
    return moment or date.min
