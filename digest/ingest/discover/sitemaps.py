"""News sitemaps: named in robots.txt, or at the usual places."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from digest.errors import SourceError
from digest.ingest.discover.clue import address_of
from digest.ingest.discover.homepage import HomePage
from digest.ingest.discover.place import Times, times_of
from digest.ingest.discover.visit import Visit
from digest.ingest.feedxml import decode_feed
from digest.ingest.fetch import Fetched
from digest.ingest.plain import language_of
from digest.ingest.sitemapxml import SitemapDocument, read_sitemap

_ACCEPT = "application/xml, text/xml;q=0.9, */*;q=0.5"
_USUAL = ("news-sitemap.xml", "sitemap-news.xml", "sitemap.xml")
_LINE = re.compile(r"^[ \t]{0,9}sitemap[ \t]{0,9}:[ \t]{0,9}(\S{1,2000})", re.IGNORECASE | re.MULTILINE)
_MAX_MAPS = 4
_MAX_LISTED = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSitemap:
    """A news sitemap that was read: how many articles it lists, and what it says of its paper."""

    url: str = ""
    articles: int = 0
    language: str = ""
    times: Times = ()


def find_sitemap(page: HomePage, visit: Visit, *, search: bool, now: datetime) -> FoundSitemap | None:
    """Return the site's news sitemap; None without one.

    Args:
        page: the home page.
        visit: asks the site.
        search: whether to look at the usual places too, and into sitemaps that do not call themselves news.
        now: bounds dates that lie in the future.
    """
    robots = visit.find(f"{page.root}/robots.txt", accept="text/plain")
    written = _LINE.findall(decode_feed(robots.body, robots.charset)) if robots else []
    named = sorted(filter(None, map(address_of, written[:_MAX_LISTED])), key=lambda url: not _is_news(url))
    usual = [f"{page.root}/{path}" for path in _USUAL]
    waiting = list(dict.fromkeys((*named, *usual) if search else filter(_is_news, named)))
    stable: dict[str, str] = {}
    for asked in range(_MAX_MAPS):
        fetched = visit.find(waiting[asked], accept=_ACCEPT) if asked < len(waiting) else None
        document = _read(fetched) if fetched else None
        if fetched is None or document is None:
            continue
        found = _found(
            document, url=stable.get(waiting[asked], address_of(fetched.url) or waiting[asked]), now=now
        )
        if found:
            return found
        listed = [url for url in _maps(document) if _is_news(url) and url not in waiting]
        # What an index lists under a number or date comes and goes; then the index is the address to keep.
        stable.update((url, waiting[asked]) for url in listed if re.search(r"\d", url.rpartition("/")[2]))
        waiting[asked + 1 : asked + 1] = listed
    return None


def _read(fetched: Fetched) -> SitemapDocument | None:
    try:
        return read_sitemap(fetched.body, fetched.charset)
    except SourceError:
        return None


def _found(document: SitemapDocument, *, url: str, now: datetime) -> FoundSitemap | None:
    pages = [page for page in document.pages if "news" in page]
    if not pages:
        return None
    language = pages[0].get("news/publication/language") or pages[0].get("news/language")
    dates = (page.get("news/publication_date", "") for page in islice(pages, _MAX_LISTED))
    return FoundSitemap(
        url=url, articles=len(pages), language=language_of(language) or "", times=times_of(dates, now=now)
    )


def _maps(document: SitemapDocument) -> list[str]:
    found = (address_of(listed.get("loc")) for listed in document.maps[-_MAX_LISTED:])
    return list(dict.fromkeys(url for url in found if url))


def _is_news(url: str) -> bool:
    return "news" in url.lower().rpartition("/")[2]
