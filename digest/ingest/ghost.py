"""A paper on Ghost as a source, through its Content API."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from urllib.parse import quote, urlencode

from digest.errors import SiteRefused, SourceError
from digest.ingest.cms.fields import count, read_json, table
from digest.ingest.cms.listing import Listing, Page, Tell, changed, instant_of
from digest.ingest.cms.source import GONE, CmsSource, explained, slugs
from digest.ingest.fetch import Fetched, Fetcher
from digest.ingest.ghostjson import read_posts, story_of
from digest.ingest.sitesource import MAX_ARTICLES, utc_now
from digest.log import one_line
from digest.model.article import Article
from digest.ports import Reading, SourceMemory

_OVERLAP = timedelta(hours=1)
_ID = re.compile(r"[0-9a-f]{24}")
_REMEDIES: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: (
        "its content key is wrong or no longer valid; take it from Ghost's settings, integrations"
    ),
    HTTPStatus.NOT_FOUND: "is this a Ghost site? look whether the source's address and kind are right",
}


class GhostSource(CmsSource):
    """Read the posts of a paper on Ghost.

    The first reading takes the newest; each later one asks for what was changed since.

    Args:
        name: name of the source.
        url: the site's root.
        fetcher: fetches it, guarded and bounded.
        key: the key of the Content API, which is meant to be public.
        sections: slugs of the tags to read; none for everything.
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
        key: str,
        sections: tuple[str, ...] = (),
        section: str = "",
        max_articles: int = MAX_ARTICLES,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        site = url.partition("/ghost/api")[0]
        super().__init__(name, site, fetcher, section=section, max_articles=max_articles, clock=clock)
        self._key = key.strip()
        self._slugs = slugs(sections)

    def read(self, memory: SourceMemory) -> Reading:
        """Read the newest posts, or those that were changed since the last reading.

        Raises:
            SourceBusy: the site asks us to wait.
            SourceError: there is no key, or nothing could be read. A broken article is a trouble, no error.
        """
        listing = Listing(
            label="posts", address=partial(self._address, memory.mark), read=self._page, when=changed
        )
        try:
            return self._gather([listing], memory, overlap=_OVERLAP)
        except SiteRefused as error:
            raise self._explained(error) from error

    def complete(self, article: Article) -> Article:
        """Return a teaser whole, read on its own page; raises `SourceError`."""
        return self._complete_on_page(article)

    def recheck(self, article: Article) -> Article:
        """Return an article as Ghost tells it now.

        Raises:
            ArticleWithdrawn: it is deleted or back to a draft.
            SourceError: nobody can tell.
        """
        number = article.guid.partition("#")[0]
        if not _ID.fullmatch(number):
            return self._recheck_on_page(article)
        try:
            body = self._ask(
                self._api(f"posts/{number}/", {}), gone=GONE, listing=self._api("posts/", {"limit": "1"})
            )
        except SiteRefused as error:
            raise self._explained(error) from error
        posts = read_posts(read_json(body, what="a post"))
        return self._again(article, story_of(next(iter(posts), {}), site=self._root))

    def _address(self, mark: str, page: int, size: int) -> str:
        since = instant_of(mark)
        wanted = [f"tag:[{','.join(self._slugs)}]"] if self._slugs else []
        order = "published_at desc"
        if since is not None:
            moment = min(since, self._clock()).astimezone(UTC) - _OVERLAP
            wanted.append(f"updated_at:>'{moment:%Y-%m-%d %H:%M:%S}'")
            order = "updated_at desc"
        asked = {"filter": "+".join(wanted)} if wanted else {}
        return self._api("posts/", {**asked, "order": order, "limit": str(size), "page": str(page)})

    def _api(self, path: str, asked: dict[str, str]) -> str:
        if not self._key:
            raise SourceError(
                f"{one_line(self._root)} needs its content key; take it from Ghost's settings, integrations"
            )
        query = urlencode(
            {"key": self._key, **asked, "include": "authors,tags", "formats": "html"}, quote_via=quote
        )
        return f"{self._root}/ghost/api/content/{path}?{query}"

    def _page(self, fetched: Fetched) -> tuple[Page, Tell]:
        data = read_json(fetched.body, what="the posts")
        told = table(data, "meta", "pagination")
        page = Page(read_posts(data), last=count(told, "pages"), total=count(told, "total"))
        return page, partial(story_of, site=self._root)

    def _explained(self, error: SiteRefused) -> SiteRefused:
        """Say what most often is wrong where Ghost refuses a request."""
        if error.status == HTTPStatus.FORBIDDEN:
            return SiteRefused(f"{error}; or its content key is no longer valid", status=error.status)
        return explained(error, self._root, _REMEDIES)
