"""What all sources on a web site are told, and do alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from digest.ingest.fetch import Fetcher
from digest.ingest.ownpage import OwnPage
from digest.model.article import Article, Image

MAX_ARTICLES = 500
_PICTURES = "image/jpeg, image/png, image/webp, image/gif"


def utc_now() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)


class SiteSource:
    """A source on a web site; feeds, sitemaps and CMSs add how they are read.

    Args:
        name: name of the source.
        url: address of the feed or sitemap, or the site's root.
        fetcher: fetches from it, guarded and bounded.
        section: section of articles that name none.
        max_articles: how many articles of one reading are read; the others are counted.
        pages: whether articles' own pages are read; if not, what the listing says is all there is.
        clock: tells the time; dates more than two days ahead of it are not believed.
    """

    def __init__(
        self,
        name: str,
        url: str,
        fetcher: Fetcher,
        *,
        section: str = "",
        max_articles: int = MAX_ARTICLES,
        pages: bool = True,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._name = name
        self._url = url
        self._fetcher = fetcher
        self._section = section
        self._max_articles = max_articles
        self._pages = pages
        self._clock = clock
        self._own_page = OwnPage(fetcher, section=section)

    @property
    def name(self) -> str:
        """The source's name."""
        return self._name

    @property
    def url(self) -> str:
        """The address under which its memory is kept."""
        return self._url

    def complete(self, article: Article) -> Article:
        """Return a teaser whole, read on its own page; raises `SourceError`."""
        return self._own_page.complete(article) if self._pages else article

    def recheck(self, article: Article) -> Article:
        """Return an article with what its own page says now.

        Raises `ArticleWithdrawn` when the page is gone, `SourceError` when nobody can tell.
        """
        return self._own_page.recheck(article) if self._pages else article

    def open_picture(self, image: Image) -> bytes:
        """Fetch a picture; raises `SourceError`."""
        return self._fetcher.get(image.url, accept=_PICTURES).body
