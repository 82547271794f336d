"""A feed as a source: RSS, RDF, Atom and JSON Feed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import islice

from digest.errors import SourceError
from digest.ingest.entries import article_of
from digest.ingest.feedxml import decode_feed, parse_xml
from digest.ingest.jsonfeed import parse_json
from digest.ingest.sitesource import MAX_ARTICLES, SiteSource, utc_now
from digest.ingest.websub import hub_of
from digest.log import one_line
from digest.model.article import Article
from digest.model.identity import told_apart
from digest.ports import Reading, SourceMemory

_ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"


class FeedSource(SiteSource):
    """Read one feed."""

    def read(self, memory: SourceMemory) -> Reading:
        """Fetch and read the feed, unless it is as it was.

        Raises:
            SourceError: it could not be fetched or is no feed. A broken entry is a trouble, no error.
        """
        fetched = self._fetcher.get(self._url, validators=memory.validators.get(self._url), accept=_ACCEPT)
        if fetched.unchanged:
            return Reading(memory=memory, unchanged=True)
        reading = read_feed(
            fetched.body,
            name=self._name,
            url=fetched.url,
            charset=fetched.charset,
            section=self._section,
            link_header=fetched.headers.get("link", ""),
            max_articles=self._max_articles,
            now=self._clock(),
        )
        return replace(reading, memory=SourceMemory(validators={self._url: fetched.validators}))


def read_feed(
    raw: bytes,
    *,
    name: str,
    url: str,
    charset: str = "",
    section: str = "",
    link_header: str = "",
    max_articles: int = MAX_ARTICLES,
    now: datetime | None = None,
) -> Reading:
    """Read a feed's bytes into articles, in the feed's order, and the hub that tells of its news.

    Args:
        raw: the feed.
        name: name of the source.
        url: its address, against which links are resolved.
        charset: what the server said of its encoding.
        section: section of articles that name none.
        link_header: the HTTP `Link` header it came with.
        max_articles: how many articles are read; the others are counted.
        now: dates more than two days later are not believed.

    Raises:
        SourceError: it is no feed, or one that only an attacker writes.
    """
    text = decode_feed(raw, charset).lstrip("\ufeff \t\r\n\0")
    if not text:
        raise SourceError("the feed is empty; look whether its address is still right")
    parsed = parse_json(text) if text.startswith(("{", "[")) else parse_xml(text, most=max_articles)
    now = now or utc_now()
    troubles = [one_line(parsed.trouble)] if parsed.trouble else []
    articles: dict[str, list[Article]] = {}
    for number, entry in enumerate(islice(parsed.entries, max_articles), start=1):
        try:
            article = article_of(entry, source=name, base=url, section=section, now=now)
        except (SourceError, ValueError, TypeError, RecursionError) as error:
            troubles.append(one_line(f"entry {number} ({entry.link or entry.guid or 'no link'}): {error}"))
            continue
        alike = articles.setdefault(article.guid, [])
        if all((known.headline, known.url) != (article.headline, article.url) for known in alike):
            alike.append(article)
            if len(alike) > 1:
                troubles.append(
                    one_line(f"entry {number}: another entry has its guid too; each got one of its own")
                )
    if parsed.count > max_articles:
        troubles.append(f"and {parsed.count - max_articles} more articles, which were not read")
    hub = hub_of(parsed.links, header=link_header, url=url)
    # All of those that share a guid: which of them comes first changes with every story.
    found = (told_apart(one) if len(alike) > 1 else one for alike in articles.values() for one in alike)
    return Reading(articles=tuple(found), troubles=tuple(troubles), hub=hub)
