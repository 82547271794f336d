"""A feed as a source: RSS, RDF, Atom and JSON Feed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import islice

from digest.errors import SourceError
from digest.ingest.entries import article_of, told_apart
from digest.ingest.feedxml import decode_feed, parse_xml
from digest.ingest.fetch import Fetcher
from digest.ingest.jsonfeed import parse_json
from digest.log import one_line
from digest.model.article import Article, Image
from digest.ports import Reading, SourceMemory

MAX_ARTICLES = 500
_ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"


def _now() -> datetime:
    return datetime.now(UTC)


class FeedSource:
    """Read one feed.

    Args:
        name: name of the source.
        url: address of the feed.
        fetcher: fetches it, guarded and bounded.
        section: section of articles that name none.
        clock: tells the time; dates more than two days ahead of it are not believed.
    """

    def __init__(
        self,
        name: str,
        url: str,
        fetcher: Fetcher,
        section: str = "",
        *,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._name = name
        self._url = url
        self._fetcher = fetcher
        self._section = section
        self._clock = clock

    @property
    def name(self) -> str:
        """The source's name."""
        return self._name

    def read(self, memory: SourceMemory) -> Reading:
        """Fetch and read the feed, unless it is as it was.

        Raises:
            SourceError: it could not be fetched or is no feed. A broken entry is a trouble, no error.
        """
        fetched = self._fetcher.get(self._url, memory=memory, accept=_ACCEPT)
        if fetched.unchanged:
            return Reading(memory=fetched.memory, unchanged=True)
        reading = read_feed(
            fetched.body,
            name=self._name,
            url=fetched.url,
            charset=fetched.charset,
            section=self._section,
            now=self._clock(),
        )
        return Reading(articles=reading.articles, memory=fetched.memory, troubles=reading.troubles)

    def open_picture(self, image: Image) -> bytes:
        """Fetch a picture; raises `SourceError`."""
        return self._fetcher.get(image.url, accept="image/jpeg, image/png, image/webp, image/gif").body


def read_feed(
    raw: bytes, *, name: str, url: str, charset: str = "", section: str = "", now: datetime | None = None
) -> Reading:
    """Read a feed's bytes into articles, at most 500, in the feed's order.

    Args:
        raw: the feed.
        name: name of the source.
        url: its address, against which links are resolved.
        charset: what the server said of its encoding.
        section: section of articles that name none.
        now: dates more than two days later are not believed.

    Raises:
        SourceError: it is no feed, or one that only an attacker writes.
    """
    text = decode_feed(raw, charset).lstrip("\ufeff \t\r\n\0")
    if not text:
        raise SourceError("the feed is empty; look whether its address is still right")
    parsed = parse_json(text) if text.startswith(("{", "[")) else parse_xml(text)
    now = now or _now()
    troubles = [one_line(parsed.trouble)] if parsed.trouble else []
    articles: dict[str, Article] = {}
    for number, entry in enumerate(islice(parsed.entries, MAX_ARTICLES), start=1):
        try:
            article = article_of(entry, source=name, base=url, section=section, now=now)
        except (SourceError, ValueError, TypeError, RecursionError) as error:
            troubles.append(one_line(f"entry {number} ({entry.link or entry.guid or 'no link'}): {error}"))
            continue
        known = articles.get(article.guid)
        if known is not None:
            if (known.headline, known.url) == (article.headline, article.url):
                continue  # the same entry twice
            article = told_apart(article)
            troubles.append(
                one_line(f"entry {number}: another entry has its guid too; it got one of its own")
            )
        articles.setdefault(article.guid, article)
    if parsed.count > MAX_ARTICLES:
        troubles.append(f"and {parsed.count - MAX_ARTICLES} more articles, which were not read")
    return Reading(articles=tuple(articles.values()), troubles=tuple(troubles))
