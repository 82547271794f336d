"""A paper on WordPress as a source, through its REST interface."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus

from digest.errors import SiteRefused, SourceError
from digest.ingest.cms.fields import count, line, read_json
from digest.ingest.cms.listing import ACCEPT, Listing, Page, Tell, changed, instant_of, published
from digest.ingest.cms.source import GONE, CmsSource, explained, shown, slugs
from digest.ingest.fetch import Fetched, Fetcher
from digest.ingest.sitesource import MAX_ARTICLES, utc_now
from digest.ingest.wordpressjson import number_of, read_post, story_of
from digest.log import one_line
from digest.model.article import Article
from digest.ports import Reading, SourceMemory

_OVERLAP = timedelta(hours=1)
_EMBED = "_embed=author,wp:featuredmedia,wp:term"
_FORBIDDEN = frozenset({401, 403})
"""What drafts and private posts answer."""
_REMEDIES: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: (
        "its interface is closed to visitors; ask who runs the site to open it, or read its feed"
    ),
    HTTPStatus.NOT_FOUND: "is this a WordPress site? look whether the source's address and kind are right",
}


class WordpressSource(CmsSource):
    """Read the posts of a paper on WordPress.

    The first reading takes the newest; each later one asks for what came out or was changed since.

    Args:
        name: name of the source.
        url: the root of the REST interface, such as `https://paper.example/wp-json`, or the site's.
        fetcher: fetches it, guarded and bounded.
        sections: slugs of the categories to read; none for everything.
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
        sections: tuple[str, ...] = (),
        section: str = "",
        max_articles: int = MAX_ARTICLES,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        site, _, route = url.partition("?")
        site = site.partition("/wp-json")[0]
        super().__init__(name, site, fetcher, section=section, max_articles=max_articles, clock=clock)
        # Sites without readable addresses have it at /?rest_route=/.
        self._rest = f"{site}?rest_route=" if route.startswith("rest_route=") else f"{self._root}/wp-json"
        self._slugs = slugs(sections)
        self._categories: dict[str, str] = {}

    def read(self, memory: SourceMemory) -> Reading:
        """Read the newest posts, or those that were changed since the last reading.

        Raises:
            SourceBusy: the site asks us to wait.
            SourceError: nothing could be read. A broken article is a trouble, no error.
        """
        try:
            return self._read(memory)
        except SiteRefused as error:
            raise explained(error, self._rest, _REMEDIES) from error

    def _read(self, memory: SourceMemory) -> Reading:
        chosen = self._chosen()
        missing = tuple(
            f"there is no category {shown(slug)}; look it up in the site's addresses"
            for slug in self._slugs
            if slug not in self._categories
        )
        listings = [
            Listing(
                label="posts", address=partial(self._address, f"{asked}{chosen}"), read=self._page, when=when
            )
            for asked, when in self._questions(memory.mark)
        ]
        reading = self._gather(listings, memory, overlap=_OVERLAP)
        return replace(reading, troubles=(*missing, *reading.troubles))

    def complete(self, article: Article) -> Article:
        """Return a teaser whole, read on its own page; raises `SourceError`."""
        return self._complete_on_page(article)

    def recheck(self, article: Article) -> Article:
        """Return an article as WordPress tells it now.

        Raises:
            ArticleWithdrawn: it is deleted, private or back to a draft.
            SourceError: nobody can tell.
        """
        number = number_of(article.guid)
        if not number:
            return self._recheck_on_page(article)
        body = self._ask(
            self._route(f"/wp/v2/posts/{number}", _EMBED),
            gone=GONE | _FORBIDDEN,
            listing=self._route("/wp/v2/posts", "per_page=1&_fields=id"),
        )
        return self._again(article, story_of(read_post(read_json(body, what="a post")), site=self._root))

    def _chosen(self) -> str:
        """Return what asks for the chosen categories only; raises `SourceError` if none of them exists."""
        if not self._slugs:
            return ""
        if not self._categories:
            asked = f"slug={','.join(self._slugs)}&per_page=100&_fields=id,slug"
            body = self._fetcher.get(self._route("/wp/v2/categories", asked), accept=ACCEPT).body
            found = read_json(body, what="the categories")
            listed = found if isinstance(found, list) else []
            self._categories = {
                line(category, "slug"): line(category, "id") for category in listed if count(category, "id")
            }
        numbers = [self._categories[slug] for slug in self._slugs if slug in self._categories]
        if not numbers:
            raise SourceError(
                f"{one_line(self._root)} has none of the categories {', '.join(map(shown, self._slugs))}; "
                "look their slugs up in the site's addresses"
            )
        return f"&categories={','.join(numbers)}"

    def _questions(self, mark: str) -> list[tuple[str, Callable[[Article], datetime | None]]]:
        """Return what to ask for, and by which of an article's times the answer is sorted.

        A post that was scheduled comes out without counting as modified then, so both times are asked.
        """
        since = instant_of(mark)
        if since is None:
            return [("&orderby=date&order=desc", published)]
        moment = f"{min(since, self._clock()).astimezone(UTC) - _OVERLAP:%Y-%m-%dT%H:%M:%SZ}"
        return [
            (f"&after={moment}&orderby=date&order=desc", published),
            (f"&modified_after={moment}&orderby=modified&order=desc", changed),
        ]

    def _address(self, asked: str, page: int, size: int) -> str:
        return self._route("/wp/v2/posts", f"per_page={size}&page={page}{asked}&{_EMBED}")

    def _page(self, fetched: Fetched) -> tuple[Page, Tell]:
        posts = read_json(fetched.body, what="the posts")
        if not isinstance(posts, list):
            raise SourceError(
                "the site answered JSON without a list of posts; look whether it is a WordPress site"
            )
        told = dict(fetched.headers)
        page = Page(posts, last=count(told, "x-wp-totalpages"), total=count(told, "x-wp-total"))
        return page, partial(story_of, site=self._root)

    def _route(self, path: str, asked: str) -> str:
        return f"{self._rest}{path}{'&' if '?' in self._rest else '?'}{asked}"
