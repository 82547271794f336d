"""News sitemaps: a source of their own, and the witness of what a feed leaves out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from urllib.parse import unquote, urlsplit

from digest.errors import SourceBusy, SourceError
from digest.ingest.dates import read_moment
from digest.ingest.entries import Entry, article_of
from digest.ingest.feeds import FeedSource
from digest.ingest.fetch import Fetched
from digest.ingest.links import clean_link
from digest.ingest.plain import tidy, words
from digest.ingest.sitemapxml import SitemapDocument, read_sitemap
from digest.ingest.sitesource import SiteSource
from digest.log import one_line
from digest.model.article import Article, Image
from digest.model.links import same_link
from digest.ports import Reading, SourceMemory, Validators

_ACCEPT = "application/xml, text/xml;q=0.9, application/gzip;q=0.8, */*;q=0.5"
_MAX_MAPS = 5
_RECENT = timedelta(hours=48)
_FEWEST_WORDS = 3


class SitemapSource(SiteSource):
    """Read a news sitemap, or the news sitemaps an index names; its articles are read on their pages.

    The newest articles are read. Of a sitemap that dates no news these are the last 48 hours'.
    """

    def read(self, memory: SourceMemory) -> Reading:
        """Read every article the sitemap names, unless all is as it was.

        Raises:
            SourceError: it could not be fetched or is no sitemap. A broken entry is a trouble, no error.
        """
        came = self._ask(memory.validators)
        if came and all(fetched.unchanged for fetched in came.values()):
            return Reading(memory=memory, unchanged=True)
        came = {url: fetched for url, fetched in came.items() if not fetched.unchanged}
        validators: dict[str, Validators] = {}

        def fetch(url: str) -> SitemapDocument:
            fetched = came.get(url) or self._fetcher.get(url, accept=_ACCEPT)
            document = read_sitemap(fetched.body, fetched.charset)
            validators[url] = fetched.validators
            return document

        document = fetch(self._url)
        troubles: list[str] = []
        if document.kind == "sitemapindex":
            document = self._follow(document, fetch, troubles)
        if document.trouble:
            troubles.append(document.trouble)
        articles = self._articles(document, troubles)
        return Reading(
            articles=articles, memory=SourceMemory(validators=validators), troubles=tuple(troubles)
        )

    def complete(self, article: Article) -> Article:
        """Return an article whole, read on its own page; raises `SourceError`."""
        if article.headline == _headline_of(article.url or ""):
            article = replace(article, headline="")  # made up from the address
        return super().complete(article)

    def _ask(self, known: Mapping[str, Validators]) -> dict[str, Fetched]:
        """Fetch what we know, on condition that it changed; the maps of an index may have moved."""
        came: dict[str, Fetched] = {}
        for url, validators in islice(known.items(), _MAX_MAPS + 1):
            try:
                came[url] = self._fetcher.get(url, validators=validators, accept=_ACCEPT)
            except SourceBusy:
                raise
            except SourceError:
                if url == self._url:
                    raise
                came[url] = Fetched(url=url)  # it is asked again where the index still names it
        return {url: fetched for url, fetched in came.items() if fetched.unchanged or fetched.body}

    def _follow(
        self, index: SitemapDocument, fetch: Callable[[str], SitemapDocument], troubles: list[str]
    ) -> SitemapDocument:
        """Return the pages of the news sitemaps that an index names, on hosts of its own."""
        named = (clean_link(listed.get("loc"), self._url) for listed in index.maps)
        newsy = [url for url in named if url and "news" in url.lower() and _related(url, self._url)]
        whole = SitemapDocument(kind="urlset")
        read = 0
        for url in list(dict.fromkeys(newsy))[:_MAX_MAPS]:
            try:
                document = fetch(url)
            except SourceBusy:
                raise
            except SourceError as error:
                troubles.append(one_line(f"{url}: {error}"))
                continue
            read += 1
            whole.pages += document.pages
            whole.trouble = whole.trouble or document.trouble
        if not read:
            raise SourceError(
                "the index of sitemaps names no news sitemap that can be read; give the address of one"
            )
        return whole

    def _articles(self, document: SitemapDocument, troubles: list[str]) -> tuple[Article, ...]:
        now = self._clock()
        news = [page for page in document.pages if "news" in page]
        pages = news
        if not news and document.pages:
            pages = [page for page in document.pages if _is_recent(page, now)]
            troubles.append(
                f"the sitemap dates no news; of its {len(document.pages)} pages the {len(pages)} "
                "that were changed within 48 hours are read"
            )
        if len(pages) > self._max_articles:
            troubles.append(f"and {len(pages) - self._max_articles} more articles, which were not read")
            pages = sorted(pages, key=lambda page: _moment(_date(page, now)), reverse=True)
        found: dict[str, Article] = {}
        for page in pages[: self._max_articles]:
            try:
                article = self._article(page, now)
            except (SourceError, ValueError, TypeError) as error:
                troubles.append(one_line(f"{page.get('loc') or 'an entry without address'}: {error}"))
                continue
            if article is not None:
                found.setdefault(article.guid, article)
        return tuple(found.values())

    def _article(self, page: Mapping[str, str], now: datetime) -> Article | None:
        """Return the teaser of a listed page; None for a page without news whose address says no headline."""
        link = page.get("loc", "")
        headline = page.get("news/title", "")
        if "news" not in page:
            headline = _headline_of(clean_link(link, self._url) or "")
            if not headline:
                return None
        image = Image(
            url=page.get("image/loc", ""),
            alt=page.get("image/title", ""),
            caption=page.get("image/caption", ""),
        )
        entry = Entry(
            headline=headline,
            link=link,
            guid=link,
            dates=(page.get("news/publication_date", ""),),
            updated=page.get("lastmod", ""),
            images=(image,),
            language=page.get("news/publication/language", "") or page.get("news/language", ""),
        )
        article = article_of(entry, source=self._name, base=self._url, section=self._section, now=now)
        if article.url is None or not _related(article.url, self._url):
            raise SourceError("its address leads to another site; ask the site's makers")
        return replace(article, teaser=True)


class CheckedFeed:
    """Read a feed, and what a news sitemap names beside it.

    Args:
        feed: the feed.
        sitemap: the sitemap of the same site, under the same name.
    """

    def __init__(self, feed: FeedSource, sitemap: SitemapSource) -> None:
        self._feed = feed
        self._sitemap = sitemap

    @property
    def name(self) -> str:
        """The source's name."""
        return self._feed.name

    def read(self, memory: SourceMemory) -> Reading:
        """Read both; what the feed lacks comes after what it has, to be read from its page.

        A feed forgets what is older than all it lists. Such an article counts as left out only if it is newer
        than what the sitemap named last time, which `mark` remembers.

        Raises:
            SourceError: the feed could not be read. A sitemap that could not is a trouble.
        """
        own = {url: said for url, said in memory.validators.items() if url == self._feed.url}
        others = {url: said for url, said in memory.validators.items() if url not in own}
        feed = self._feed.read(SourceMemory(validators=own))
        try:
            listed = self._sitemap.read(SourceMemory(validators=others))
            if feed.unchanged and listed.unchanged:
                return Reading(memory=memory, unchanged=True)
            if listed.unchanged:
                listed = self._sitemap.read(SourceMemory())
        except SourceError as error:
            trouble = one_line(f"the news sitemap: {error}")
            if feed.unchanged:
                return Reading(memory=memory, unchanged=True, troubles=(trouble,))
            kept = SourceMemory(validators={**others, **feed.memory.validators}, mark=memory.mark)
            return replace(feed, memory=kept, troubles=(*feed.troubles, trouble))
        if feed.unchanged:
            feed = self._feed.read(SourceMemory())
        lacking = _lacking(feed.articles, listed.articles, memory.mark)
        troubles = (*feed.troubles, *listed.troubles)
        if lacking:
            share = f"{len(lacking)} of the {len(listed.articles)} articles"
            troubles += (
                f"the feed lacks {share} that the news sitemap names; they are read from their pages",
            )
        newest = max((_moment(article.published_at).isoformat() for article in listed.articles), default="")
        return replace(
            feed,
            articles=(*feed.articles, *lacking),
            memory=SourceMemory(
                validators={**listed.memory.validators, **feed.memory.validators},
                mark=max(newest, memory.mark),
            ),
            troubles=troubles,
        )

    def complete(self, article: Article) -> Article:
        """Return a teaser whole, read on its own page; raises `SourceError`."""
        return self._sitemap.complete(article)

    def recheck(self, article: Article) -> Article:
        """Return an article with what its own page says now; raises as the feed does."""
        return self._feed.recheck(article)

    def open_picture(self, image: Image) -> bytes:
        """Fetch a picture; raises `SourceError`."""
        return self._feed.open_picture(image)


def _lacking(has: tuple[Article, ...], named: tuple[Article, ...], mark: str) -> tuple[Article, ...]:
    """Return the named articles that a feed lacks and did not merely forget."""
    links = {same_link(link) for article in has for link in (article.url, article.guid) if link}
    after = min([mark, *(_moment(a.published_at).isoformat() for a in has if a.published_at)])
    return tuple(
        article
        for article in named
        if article.url and article.published_at and same_link(article.url) not in links
        if _moment(article.published_at).isoformat() > after
    )


def _moment(value: datetime | date | None) -> datetime:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return datetime.combine(value, time(), UTC) if value else datetime.min.replace(tzinfo=UTC)


def _date(page: Mapping[str, str], now: datetime) -> datetime | date | None:
    return read_moment(page.get("news/publication_date", "") or page.get("lastmod", ""), now=now)


def _is_recent(page: Mapping[str, str], now: datetime) -> bool:
    changed = _date(page, now)
    if isinstance(changed, datetime):
        return changed >= now - _RECENT
    return changed is not None and changed >= (now - _RECENT).date()


def _headline_of(url: str) -> str:
    """Return a headline from an article's address: "/2026/bridge-opens-again.html" → "Bridge opens again"."""
    last = unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2]
    text = tidy(re.sub(r"\.\w{2,5}$|[-_]", lambda found: "" if found[0].startswith(".") else " ", last))
    return text[:1].upper() + text[1:] if words(text) >= _FEWEST_WORDS else ""


def _related(url: str, base: str) -> bool:
    """Say whether an address lies on the host of another, or on one below it."""
    host, own = (
        (urlsplit(address).hostname or "").casefold().removeprefix("www.") for address in (url, base)
    )
    return host == own or host.endswith(f".{own}") or own.endswith(f".{host}")
