"""What a CMS's sources do alike: they have a name, and know how a story of theirs becomes an article."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from digest.errors import ArticleWithdrawn, SiteRefused, SourceError
from digest.ingest.cms.listing import ACCEPT, Harvest, Listing
from digest.ingest.cms.story import Story
from digest.ingest.fetch import Fetcher
from digest.log import one_line
from digest.model.article import Article, Image
from digest.ports import Reading, SourceMemory

if TYPE_CHECKING:
    from digest.ingest.ownpage import OwnPage

MAX_ARTICLES = 500
GONE = frozenset({404, 410})
_PICTURES = "image/jpeg, image/png, image/webp, image/gif"


def utc_now() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)


class CmsSource:
    """Read a paper through its CMS; each CMS adds where its listings and articles lie.

    Args:
        name: name of the source.
        url: the site's root.
        fetcher: fetches it, guarded and bounded.
        section: section of articles that name none.
        max_articles: so many are read at once at most.
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
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._name = name
        self._root = url.partition("#")[0].partition("?")[0].rstrip("/")
        self._fetcher = fetcher
        self._section = section
        self._max_articles = max_articles
        self._clock = clock

    @property
    def name(self) -> str:
        """The source's name."""
        return self._name

    def open_picture(self, image: Image) -> bytes:
        """Fetch a picture; raises `SourceError`."""
        return self._fetcher.get(image.url, accept=_PICTURES).body

    def _gather(self, listings: Sequence[Listing], memory: SourceMemory, *, overlap: timedelta) -> Reading:
        now = self._clock()
        harvest = Harvest(
            self._fetcher,
            memory,
            shape=lambda story: self._article(story, now),
            most=self._max_articles,
            overlap=overlap,
            clock=self._clock,
        )
        return harvest.gather(listings)

    def _article(self, story: Story, now: datetime | None = None) -> Article:
        return story.article(
            source=self._name, base=f"{self._root}/", section=self._section, now=now or self._clock()
        )

    def _again(self, article: Article, story: Story) -> Article:
        """Return an article as its CMS tells it now, whole, and under the guid it is filed under."""
        seen = self._article(story)
        if not is_same(article.guid, seen.guid):
            raise SourceError(
                f"the site answered another article than “{one_line(article.headline, limit=100)}”; "
                "look whether it was moved"
            )
        again = replace(seen, guid=article.guid)
        if not again.teaser:
            return again
        whole = self._complete_on_page(again)
        if 2 * whole.words < article.words:  # a form that asks for a password, a wall, a note
            raise SourceError(
                f"“{one_line(article.headline, limit=100)}” shows less than half of its text now; "
                "look at it on the site"
            )
        return whole

    def _ask(self, url: str, *, gone: frozenset[int], listing: str) -> bytes:
        """Fetch one article's JSON.

        Args:
            url: where it lies.
            gone: what the CMS answers for articles that are not, or no longer, there for everybody.
            listing: what answers as long as the CMS answers at all: else nothing is known to be gone.

        Raises:
            ArticleWithdrawn: the article alone is gone.
            SourceError: anything else that kept it from coming.
        """
        try:
            return self._fetcher.get(url, accept=ACCEPT).body
        except SiteRefused as error:
            if error.status not in gone or not self._answers(listing):
                raise
            where = one_line(url.partition("?")[0])
            raise ArticleWithdrawn(
                f"{where} answered {error.status}; take the article out of what is not mailed yet"
            ) from error

    def _answers(self, url: str) -> bool:
        try:
            self._fetcher.get(url, accept=ACCEPT)
        except SourceError:
            return False
        return True

    def _complete_on_page(self, article: Article) -> Article:
        return self._own_page().complete(article)

    def _recheck_on_page(self, article: Article) -> Article:
        return self._own_page().recheck(article)

    def _own_page(self) -> OwnPage:
        # A page's reader brings lxml and trafilatura, which only few articles need.
        from digest.ingest.ownpage import OwnPage  # noqa: PLC0415

        return OwnPage(self._fetcher)


def slugs(written: Sequence[str]) -> tuple[str, ...]:
    """Return slugs as they may stand in an address, each once."""
    bare = (slug.strip().strip("/") for slug in written)
    return tuple(dict.fromkeys(quote(slug, safe="-_.~") for slug in bare if slug))


def shown(slug: str) -> str:
    """Return a slug as people read it."""
    return one_line(unquote(slug), limit=100)


def explained(error: SiteRefused, where: str, remedies: dict[int, str]) -> SiteRefused:
    """Return a refusal with the remedy that its status has at a CMS; as it is where it has none."""
    remedy = remedies.get(error.status)
    if remedy is None:
        return error
    return SiteRefused(f"{one_line(where)} answered {error.status}: {remedy}", status=error.status)


def is_same(guid: str, told: str) -> bool:
    """Say whether an article is filed under an id that the CMS tells, alone or with what tells it apart."""
    return guid == told or guid.startswith(f"{told}#")
