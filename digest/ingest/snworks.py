"""A paper on SNworks as a source: each of its sections answers JSON, and so does each article."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit, urlunsplit

from digest.errors import ArticleWithdrawn, SiteRefused, SourceError
from digest.ingest.cms.fields import read_json
from digest.ingest.cms.listing import ACCEPT, PER_PAGE, Listing, Page, Tell, published
from digest.ingest.cms.source import GONE, CmsSource, is_same, shown, slugs
from digest.ingest.cms.story import Story
from digest.ingest.fetch import Fetched, Fetcher
from digest.ingest.sitesource import MAX_ARTICLES, utc_now
from digest.ingest.snworksjson import lacks_media, media_of, read_article, read_listing, story_of
from digest.log import one_line
from digest.model.article import Article
from digest.ports import Reading, SourceMemory

_OVERLAP = timedelta(hours=48)
"""Sections are sorted by publication: an edited article stands where it stood, not on top."""
_REFUSALS = frozenset({401, 403, 406, 451})


class SnworksSource(CmsSource):
    """Read the sections of a paper on SNworks.

    Args:
        name: name of the source.
        url: the site's root.
        fetcher: fetches it, guarded and bounded.
        sections: slugs of the sections to read, as they stand in the site's addresses.
        section: section of articles that name none.
        picture_width: pixels that pictures should have, 1000 at most.
        max_articles: so many are read at once at most.
        clock: tells the time; dates more than two days ahead of it are not believed.
    """

    def __init__(
        self,
        name: str,
        url: str,
        fetcher: Fetcher,
        *,
        sections: tuple[str, ...] = (),
        section: str = "",
        picture_width: int = 1200,
        max_articles: int = MAX_ARTICLES,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(name, url, fetcher, section=section, max_articles=max_articles, clock=clock)
        self._slugs = slugs(sections)
        self._width = picture_width
        self._media: str | None = None

    def read(self, memory: SourceMemory) -> Reading:
        """Read what is new in the sections.

        Raises:
            SourceBusy: the site asks us to wait.
            SourceError: no section is named, or none could be read. A broken article is a trouble, no error.
        """
        if not self._slugs:
            raise SourceError(
                f"{one_line(self._root)} has no listing of everything; name its sections, such as "
                'sections = ["news", "sports"], as they stand in the addresses of the site'
            )
        try:
            return self._gather([self._listing(slug) for slug in self._slugs], memory, overlap=_OVERLAP)
        except SiteRefused as error:
            if error.status not in _REFUSALS:
                raise
            raise SiteRefused(
                f"{error}; until then read one of its feeds, such as {self._root}/plugin/feeds/news.xml",
                status=error.status,
            ) from error

    def complete(self, article: Article) -> Article:
        """Return a teaser whole: from its own JSON, or its page; raises `SourceError`."""
        return self.recheck(article)

    def recheck(self, article: Article) -> Article:
        """Return an article as its own JSON tells it now.

        Raises:
            ArticleWithdrawn: it is gone or no longer published.
            SourceError: it has no address, or nobody can tell.
        """
        parts = urlsplit(article.url or "")
        if not parts.path.strip("/"):
            raise SourceError(
                f"“{one_line(article.headline, limit=100)}” has no address to look at; look at it on the site"
            )
        try:
            url = urlunsplit((*parts[:2], f"{parts.path.rstrip('/')}.json", "", ""))
            body = self._fetcher.get(url, accept=ACCEPT).body
        except SiteRefused as error:
            if error.status not in GONE:
                raise
            return self._moved(article)
        item = read_article(read_json(body, what="an article"))
        return self._again(article, self._story(item, body=body, section=next(iter(article.sections), "")))

    def _moved(self, article: Article) -> Article:
        """Return an article under its new address, if a section still has it; raises `ArticleWithdrawn`."""
        for slug in self._slugs:
            fetched = self._fetcher.get(self._address(slug, 1, PER_PAGE), accept=ACCEPT)
            page, tell = self._page(slug, fetched)
            for item in page.items:
                story = tell(item)
                if is_same(article.guid, story.entry.guid):
                    return self._again(article, story)
        raise ArticleWithdrawn(
            f"{one_line(article.url)} is gone, and no section has it; take it out of what is not mailed yet"
        )

    def _listing(self, slug: str) -> Listing:
        return Listing(
            label=f"section {shown(slug)}",
            address=partial(self._address, slug),
            read=partial(self._page, slug),
            when=published,
        )

    def _page(self, slug: str, fetched: Fetched) -> tuple[Page, Tell]:
        page, title = read_listing(read_json(fetched.body, what=f"the section {shown(slug)}"))
        section = title or shown(slug).replace("-", " ").title()
        return page, partial(self._story, body=fetched.body, section=section)

    def _address(self, slug: str, page: int, size: int) -> str:
        return f"{self._root}/section/{slug}.json?per_page={size}&page={page}"

    def _story(self, item: object, *, body: bytes, section: str) -> Story:
        media = self._media_host(body) if lacks_media(item) else ""
        return story_of(item, root=self._root, section=section, media=media, width=self._width)

    def _media_host(self, body: bytes) -> str:
        """Return the site's name at SNworks' picture host: from what came, else from the home page, once."""
        if not self._media:
            found = media_of(body)
            if not found and self._media is None:
                try:
                    found = media_of(self._fetcher.get(f"{self._root}/", accept="text/html").body)
                except SourceError:
                    found = ""
            self._media = found
        return self._media
