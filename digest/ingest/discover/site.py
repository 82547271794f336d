"""Discover a newspaper's site: open it, ask what publishes it, and put together what it says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from digest.errors import SourceError
from digest.ingest.discover import look, masthead, place
from digest.ingest.discover.clue import Clue
from digest.ingest.discover.cms import Told, recognise
from digest.ingest.discover.feeds_found import FoundFeed, find_feeds, read_found
from digest.ingest.discover.ghost import ask_ghost
from digest.ingest.discover.homepage import HomePage, read_home
from digest.ingest.discover.navigation import section_names
from digest.ingest.discover.sitemaps import FoundSitemap, find_sitemap
from digest.ingest.discover.snworks import ask_snworks
from digest.ingest.discover.visit import Visit
from digest.ingest.discover.wordpress import ask_wordpress
from digest.ingest.fetch import Fetched, Fetcher
from digest.log import one_line
from digest.model.site import FoundSite, FoundSource

_ACCEPT = "text/html, application/xhtml+xml, */*;q=0.5"
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://")
_FEED = re.compile(rb"<\?xml|<rss\b|<feed\b|\{")
_BLANK = b"\xef\xbb\xbf \t\r\n"
_MAX_FEEDS = 4


@dataclass(frozen=True, slots=True)
class _Opened:
    """A site's home page, the feed that was given instead of it, and what there is to say of opening it."""

    page: HomePage
    feed: FoundFeed | None = None
    found: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def discover(url: str, fetcher: Fetcher, *, now: datetime) -> FoundSite:
    """Look at a site, with 20 requests at most, and return what it says of itself.

    Args:
        url: its address; without a scheme https is tried, then http. A feed's or an article's will do.
        fetcher: fetches from it, guarded and bounded.
        now: dates more than two days later are not believed.

    Raises:
        SourceError: the site cannot be read at all; the message says what to do.
    """
    visit = Visit(fetcher)
    opened = _open(url.strip(), visit, now)
    page = opened.page
    told = ask_snworks(page, visit) or ask_wordpress(page, visit) or ask_ghost(page, visit) or recognise(page)
    answers = told.source is not None and not told.source.alternate
    feeds = find_feeds(page, visit, known=told.feeds, search=not answers and opened.feed is None, now=now)
    feeds = (opened.feed, *(feed for feed in feeds if feed.url != opened.feed.url)) if opened.feed else feeds
    sitemap = find_sitemap(page, visit, search=not answers and not feeds, now=now)
    sources = _sources(told, feeds, sitemap)
    readable = any(not source.alternate for source in sources)
    if page.refused and not readable:
        raise SourceError(opened.missing[0])
    site = _described(page, told, feeds[0] if feeds else FoundFeed(), sitemap or FoundSitemap(), visit)
    return replace(
        site,
        sources=sources,
        found=(*opened.found, *site.found),
        missing=(*opened.missing, *told.missing, *site.missing, *([] if readable else [_no_source(page)])),
    )


def _open(url: str, visit: Visit, now: datetime) -> _Opened:
    addresses = (url,) if _SCHEME.match(url) else (f"https://{url}", f"http://{url}")
    failures: list[SourceError] = []
    for address in addresses:
        try:
            fetched = visit.get(address, accept=_ACCEPT)
        except SourceError as error:
            if visit.refusal(address):
                page = read_home(b"", url=address, refused=True)
                advice = "until then give the feed's own address: digest init DIR --feed ADDRESS"
                return _Opened(page, missing=(f"The home page cannot be read: {error}; {advice}.",))
            failures.append(error)
        else:
            return _opened(fetched, address, visit, now, insecure=bool(failures))
    raise failures[0]


def _opened(fetched: Fetched, asked: str, visit: Visit, now: datetime, *, insecure: bool) -> _Opened:
    missing = ("The site answers over http only. Ask its host to offer https.",) if insecure else ()
    feed = read_found(fetched, now=now) if _FEED.match(fetched.body.lstrip(_BLANK)[:20]) else None
    page = read_home(fetched.body, url=fetched.url, charset=fetched.charset)
    if feed is not None or page.is_article:
        home = visit.find(page.root, accept=_ACCEPT) or Fetched(url=page.root)
        page = read_home(home.body, url=home.url, charset=home.charset)
    moved = page.url.rstrip("/") != asked.rstrip("/")
    return _Opened(page, feed, (f"{one_line(asked)} leads to {page.url}.",) if moved else (), missing)


def _sources(
    told: Told, feeds: tuple[FoundFeed, ...], sitemap: FoundSitemap | None
) -> tuple[FoundSource, ...]:
    """Return the sources, the best first; all after the first are alternates."""
    found = [told.source] if told.source else []
    found += [
        FoundSource(
            kind="feed", url=feed.url, why=f"This feed was read: it holds {_articles(feed.articles)}."
        )
        for feed in feeds[:_MAX_FEEDS]
    ]
    if sitemap:
        why = f"This news sitemap was read: it lists {_articles(sitemap.articles)}."
        found.append(FoundSource(kind="sitemap", url=sitemap.url, why=why))
    found.sort(key=lambda source: source.alternate)
    return (*found[:1], *(replace(source, alternate=True) for source in found[1:]))


def _articles(count: int) -> str:
    return f"{count} article{'s' * (count != 1)}"


def _described(page: HomePage, told: Told, feed: FoundFeed, sitemap: FoundSitemap, visit: Visit) -> FoundSite:
    """Return what the site says of itself; the CMS counts most, then the home page, then the feed."""
    itself = f"{told.cms} itself"
    name = masthead.name(page, Clue(told.name, itself), feed.title)
    tagline = masthead.tagline(page, Clue(told.tagline, itself), name.value)
    language = place.language(page, Clue(told.language, itself), feed.language or sitemap.language)
    zone = place.zone(
        page, Clue(told.timezone, f"{told.cms} says so"), told.offset, feed.times or sitemap.times
    )
    colour = _colour(page, told, visit)
    logo = look.logo(page, Clue(told.logo, itself))
    comes = {"name": name, "tagline": tagline, "language": language, "colour": colour, "logo": logo}
    site = FoundSite(
        url=page.url,
        cms=told.cms,
        name=name.value,
        tagline=tagline.value,
        language=language.value,
        timezone=zone.value,
        colour=colour.value,
        logo=logo.value,
        sections=told.sections or section_names(page, feed.sections),
        found=(
            *((f"{told.cms} publishes the site.",) if told.cms else ()),
            *(f"The {what} comes from {clue.where}." for what, clue in comes.items() if clue.value),
            *((f"The time zone is {zone.value}: {zone.where}.",) if zone.value else ()),
        ),
    )
    return replace(site, missing=tuple(_missing(site, zone)))


def _colour(page: HomePage, told: Told, visit: Visit) -> Clue:
    declared = look.colour(page, Clue(told.colour, f"{told.cms} itself"))
    sheet = look.stylesheet(page)
    if declared.value or not sheet:
        return declared
    fetched = visit.find(sheet, accept="text/css")
    return look.colour_in(fetched.body.decode("utf-8", "replace") if fetched else "", "the site's stylesheet")


def _missing(site: FoundSite, zone: Clue) -> Iterator[str]:
    """Walk over what the editors must write themselves."""
    if not site.name:
        yield 'The site does not say what the paper is called. Write name = "…" under [paper].'
    if not site.language:
        yield 'The site does not name its language. Write it under [paper], such as language = "en".'
    if not site.timezone:
        known = f" ({zone.where}, which several zones are)" if zone.where else ""
        yield (
            f"The site does not tell its time zone{known}. Write it under [paper], such as "
            'timezone = "America/New_York"; until then days begin at midnight UTC.'
        )
    if not site.colour:
        yield 'No colour of the paper\'s own was found. Write one under [paper], such as colour = "#7a1f2b".'
    if look.is_svg(site.logo):
        yield "The logo is an SVG, which mail programs do not show. Have a PNG of it made."
    if not site.sections:
        yield (
            "The navigation does not tell the sections. Write those that editions should have, in "
            'their order, under [[newsletters]], such as sections = ["News", "Sports"].'
        )


def _no_source(page: HomePage) -> str:
    return (
        f"No feed, news sitemap or CMS that answers was found at {page.url}. Ask who looks after the site "
        'for the address of its feed, or let digest read a folder of articles (kind = "folder").'
    )
