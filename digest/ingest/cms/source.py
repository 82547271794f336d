"""What a CMS's sources do alike: they have a name, and know how a story of theirs becomes an article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import quote, unquote

from digest.errors import ArticleWithdrawn, SiteRefused, SourceError
from digest.ingest.cms.listing import ACCEPT, Harvest, Listing
from digest.ingest.cms.story import Story
from digest.ingest.sitesource import SiteSource
from digest.log import one_line
from digest.model.article import Article
from digest.ports import Reading, SourceMemory

GONE = frozenset({404, 410})


class CmsSource(SiteSource):
    """Read a paper through its CMS; each CMS adds where its listings and articles lie."""

    @property
    def _root(self) -> str:
        """The site's root, without a last slash."""
        return self._url.partition("#")[0].partition("?")[0].rstrip("/")

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
        return self._own_page.complete(article)

    def _recheck_on_page(self, article: Article) -> Article:
        return self._own_page.recheck(article)


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
