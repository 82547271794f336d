"""An article's own page: what makes a teaser whole, and where to look again for what the paper changed."""

# The quotation marks and dashes of newspapers are what is read here.
# ruff: noqa: RUF001

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import accumulate
from urllib.parse import urlsplit

from digest.errors import ArticleUnreadable, ArticleWithdrawn, SiteRefused, SourceError
from digest.ingest.fetch import Fetched, Fetcher
from digest.ingest.likeness import is_edited, letters, same_picture, tells_of
from digest.ingest.plain import tidy
from digest.log import one_line
from digest.model.article import Article, Image

_ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"
_GONE = frozenset({404, 410})
_MUCH_LONGER = 1.3
_MAX_HEADLINE = 500
_MOST_HEADLINES = 20
_MOST_PARTS = 5
_NOT_FOUND = re.compile(
    r"\W*(?:(?:error\W*)?404(?:\W*error)?(?:\W+(?:(?:the )?(?:page|file|article|story)\b\W*)?not found)?|"
    r"(?:(?:the |this )?(?:page|article|story|post)\W*)?not found(?:\W+(?:error\W*)?404)?|"
    r"(?:(?:sorry|oops|uh[ -]?oh)\W+)?(?:the|this|that) (?:page|article|story|post)(?: you[^.|–—-]{1,40})? "
    r"(?:can(?:not|[’']t| not)|could(?: not|n[’']t)) be found|"
    r"(?:(?:sorry|oops|uh[ -]?oh)\W+)?(?:that|this|the) page (?:does not|doesn[’']t|no longer) exists?"
    r")\W*(?:\s[|•·»–—:-]+\s.*)?$",
    re.IGNORECASE,
)
_SITE = re.compile(r"\s+(?:[|•·»–—-]|::)\s+")


class OwnPage:
    """Read articles on their own pages.

    Args:
        fetcher: fetches them, guarded and bounded.
        section: what a listing calls articles that name no section; what the page names goes before it.
    """

    def __init__(self, fetcher: Fetcher, *, section: str = "") -> None:
        self._fetcher = fetcher
        self._section = section

    def complete(self, article: Article) -> Article:
        """Return a teaser whole, under the same guid, read on its own page.

        What the listing says of headline, byline, time and sections stands; the page fills in what it
        leaves out. Only a headline that stands nowhere on the page gives way to the one the page agrees
        on. A page whose body is not much longer (a paywall) leaves the listing's.

        Raises:
            SourceError: the article has no address, or its page cannot be fetched, read or recognised.
        """
        page = self._page(article, self._fetcher.get(_address(article), accept=_ACCEPT))
        from_page = page.words > _MUCH_LONGER * article.words
        told = article if article.byline else page
        named = article.sections if article.sections != (self._section,) else ()
        return replace(
            article,
            headline=page.headline,
            byline=told.byline,
            authors=told.authors,
            published_at=article.published_at or page.published_at,
            updated_at=max(filter(None, (article.updated_at, page.updated_at)), default=None),
            sections=named or page.sections or article.sections,
            body=page.body if from_page else article.body,
            image=_image(article.image, page.image),
            language=article.language or page.language,
            subhead=article.subhead or page.subhead,
            abstract=article.abstract or page.abstract,
            correction=_correction(article, page),
            teaser=False,
            dropped=page.dropped if from_page else article.dropped,
        )

    def recheck(self, article: Article) -> Article:
        """Return an article with what its page now says of correction, headline and body.

        A page that did not change gives back an equal article: what differs only because a feed and a
        page are read in two ways is left alone.

        Raises:
            ArticleWithdrawn: the page is gone, leads to the front page, or says that there is nothing.
            SourceError: the article has no address, or nobody can tell.
        """
        url = _address(article)
        try:
            fetched = self._fetcher.get(url, accept=_ACCEPT)
        except SiteRefused as error:
            if error.status not in _GONE:
                raise
            raise ArticleWithdrawn(
                f"{one_line(url)} answered {error.status}; take the article out of what is not mailed yet"
            ) from error
        if _is_root(fetched.url) and not _is_root(url):
            raise ArticleWithdrawn(f"{one_line(url)} leads to the site's front page; look whether it moved")
        page = self._page(article, fetched)
        edited = is_edited(page, article)
        seen = replace(
            article,
            headline=page.headline,
            correction=_correction(article, page),
            body=page.body if edited else article.body,
            dropped=page.dropped if edited else article.dropped,
        )
        newest = max(filter(None, (article.updated_at, page.updated_at)), default=None)
        return seen if seen == article else replace(seen, updated_at=newest)

    def _page(self, article: Article, fetched: Fetched) -> Article:
        """Read an article's page; its headline is the one the article should have."""
        # lxml and trafilatura are what only those pay who read pages.
        from digest.ingest.htmltree import linked_data, metas, parse_page  # noqa: PLC0415
        from digest.ingest.page import agreed_headline, read_page  # noqa: PLC0415

        where = one_line(fetched.url)
        try:
            tree = parse_page(fetched.body, fetched.charset)
            named, data = metas(tree), linked_data(tree)
            shown = [tree.findtext(".//title"), *(node.text_content() for node in tree.iter("h1"))]
            said = [*named.get("og:title", []), *named.get("twitter:title", []), data.get("headline")]
            written = [text for text in (*shown, *said) if isinstance(text, str)]
            headlines = [tidy(text[:_MAX_HEADLINE]) for text in written[:_MOST_HEADLINES]]
            if any(_NOT_FOUND.match(text[:150]) for text in headlines):
                raise ArticleWithdrawn(f"the page {where} says that it was not found; look whether it moved")
            page = read_page(
                fetched.body,
                source=article.source,
                guid=article.guid,
                url=fetched.url,
                charset=fetched.charset,
            )
            agreed = agreed_headline(fetched.body, charset=fetched.charset, url=fetched.url)
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            raise ArticleUnreadable(
                f"the page {where} cannot be read ({type(error).__name__}); open it in a browser"
            ) from error
        if not tells_of(headlines, page, article):
            raise ArticleUnreadable(
                f"the page {where} tells of something else ({one_line(page.headline)}); "
                "open it in a browser, a consent or login page may stand before it"
            )
        kept = not agreed or letters(article.headline) in _spellings(headlines)
        return replace(page, headline=(article.headline or page.headline) if kept else agreed)


def _address(article: Article) -> str:
    if not article.url:
        raise SourceError(
            f"“{one_line(article.headline, limit=100)}” has no address of its own; "
            "ask the site's makers to link each entry of the feed"
        )
    return article.url


def _spellings(headlines: Iterable[str]) -> frozenset[str]:
    """Return the letters of each headline, with and without the site's name behind it."""
    return frozenset(
        text for line in headlines for text in accumulate(map(letters, _SITE.split(line, _MOST_PARTS)))
    )


def _is_root(url: str) -> bool:
    return urlsplit(url).path in {"", "/"} and not urlsplit(url).query


def _correction(article: Article, page: Article) -> str:
    new = bool(page.correction) and letters(page.correction) != letters(article.correction)
    return page.correction if new else article.correction


def _image(listed: Image | None, shown: Image | None) -> Image | None:
    """Return the listing's picture with what the page's figure says of it; a credited one before others."""
    if listed is None or shown is None:
        return listed or shown
    if not same_picture(listed, shown):
        return listed if listed.credit or not shown.credit else shown
    return replace(
        listed,
        alt=listed.alt or shown.alt,
        credit=listed.credit or shown.credit,
        caption=listed.caption or shown.caption,
    )
