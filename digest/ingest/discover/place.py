"""Where a site is at home: its language, and its time zone, which is told with its evidence or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from digest.ingest.dates import read_moment, read_zone
from digest.ingest.discover.clue import Clue, line_of
from digest.ingest.discover.homepage import HomePage
from digest.ingest.discover.zones import SHIFTING, Place, find_place, place_of_domain
from digest.ingest.markup import text_of
from digest.ingest.plain import language_of

_ZONE = re.compile(r"[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z0-9_+-]+){1,2}|UTC")
_DATED = re.compile(
    r"<(?:\w{1,20}:)?(?:pubDate|published|updated|date)\b[^<>]{0,80}>\s{0,20}([^<>\s][^<>]{9,60})<|"
    r'"date_published"\s{0,9}:\s{0,9}"([^"]{10,60})"',
    re.IGNORECASE,
)
_OFFSET = re.compile(r"([+-]\d\d:?\d\d|\b[A-Z]{1,4}|Z)\)?$")
_POSTAL = re.compile(r",\s*([A-Z][A-Za-z. ]{1,25}?)\.?,?\s+\d{5}(?:-\d{4})?\b")
_ANY_YEAR = 2026
"""Zones hardly ever change their offsets."""
_MAX_DATES = 500
_MAX_PLACES = 20
_FOOT = 6000
"""Characters at the end of a page in which its postal address stands."""

Times = tuple[tuple[datetime, timedelta], ...]
"""Instants, each with how far the clock that wrote it was ahead of UTC."""


@dataclass(frozen=True, slots=True)
class _Home:
    place: Place
    where: str
    weak: bool = False


def zone_name(written: object) -> str:
    """Return the name of an IANA time zone as it was written; empty for anything else."""
    name = line_of(written, most=60)
    if not _ZONE.fullmatch(name):
        return ""
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError):
        return ""


def dates_in(document: str) -> Iterator[str]:
    """Walk over the dates of a feed's text as they are written, 500 at most."""
    return (found[1] or found[2] for found in islice(_DATED.finditer(document), _MAX_DATES))


def times_of(written: Iterable[str], *, now: datetime) -> Times:
    """Return the times among dates with their offsets; none where all of them are written in UTC."""
    found = []
    for date in written:
        moment, offset = read_moment(date, now=now), _OFFSET.search(date.rstrip()[-10:])
        zone = read_zone(offset[1]) if offset else None
        if isinstance(moment, datetime) and zone is not None:
            found.append((moment, zone.utcoffset(moment) or timedelta()))
    return tuple(found) if any(offset for _, offset in found) else ()


def language(page: HomePage, told: Clue, in_feed: str) -> Clue:
    """Return the language: what the CMS says, the page's `lang`, the feed's, Open Graph's."""
    clues = (
        told,
        Clue(language_of(page.tree.get("lang") or page.tree.get("xml:lang")) or "", "the home page's lang"),
        Clue(in_feed, "the feed"),
        Clue(language_of(page.said("og:locale", "content-language")) or "", "the home page's og:locale"),
    )
    return next((clue for clue in clues if clue.value), Clue())


def zone(page: HomePage, told: Clue, offset: float | None, times: Times) -> Clue:
    """Return the time zone, and what tells it; without proof an empty value and what is known.

    Args:
        page: the home page.
        told: the zone that the CMS names.
        offset: how many hours a CMS that names no zone is ahead of UTC, in summer or in winter.
        times: the times of the feed.
    """
    if told.value:
        return told
    shown = _shown(offset, times)
    for home in _homes(page):
        name, zones = home.place
        fitting = [zone for zone in zones if _fits(zone, offset, times)]
        if len(fitting) == 1 and (shown or (len(zones) == 1 and not home.weak)):
            return Clue(fitting[0], " and ".join(filter(None, (shown, f"{home.where} {name}"))))
    shifting = [zone for zone in SHIFTING if _fits(zone, offset, times)]
    if len({offset for _, offset in times}) > 1 and len(shifting) == 1:
        return Clue(shifting[0], f"{shown}, as clocks there are")
    return Clue("", shown)


def _fits(zone: str, offset: float | None, times: Times) -> bool:
    keeper = ZoneInfo(zone)
    if any(keeper.utcoffset(moment.astimezone(keeper)) != ahead for moment, ahead in times):
        return False
    year = times[0][0].year if times else _ANY_YEAR
    seasons = {keeper.utcoffset(datetime(year, month, 1, tzinfo=keeper)) for month in (1, 7)}
    return offset is None or timedelta(hours=offset) in seasons


def _shown(offset: float | None, times: Times) -> str:
    """Say in words how far the site's clocks are from UTC; empty if they do not show it."""
    hours = sorted({ahead.total_seconds() / 3600 for _, ahead in times}) or ([offset] if offset else [])
    if not hours:
        return ""
    both = " or ".join(f"{abs(hour):g}" for hour in hours[:4]) + (" hour" if hours == [1] else " hours")
    side = "behind" if hours[0] < 0 else "ahead of"
    return f"{'the times of its articles are' if times else 'its clock is'} {both} {side} UTC"


def _homes(page: HomePage) -> Iterator[_Home]:
    """Walk over the places that the page names as its own, the most certain first."""
    for region, country in _addresses(page):
        place = find_place(region, country)
        if place:
            yield _Home(place, "the home page names")
    place = place_of_domain(page.host)
    if place:
        yield _Home(place, "the site's address belongs to")
    tag = (language_of(page.tree.get("lang")) or "").partition("-")[2]
    place = find_place("", tag) if tag else None
    if place:
        yield _Home(place, "the language is that of", weak=True)


def _addresses(page: HomePage) -> Iterator[tuple[str, str]]:
    """Walk over the regions and countries of JSON-LD addresses, of geo metas, and of postal addresses."""
    for node in page.publishers[:_MAX_PLACES]:
        for address in _listed(node.get("address")):
            if isinstance(address, dict):
                yield _named(address.get("addressRegion")), _named(address.get("addressCountry"))
            else:
                yield from _postal(line_of(address, most=300))
    country, _, region = page.said("geo.region").partition("-")
    if country:
        yield region, country
    yield from _postal(text_of(page.tree)[-_FOOT:])


def _postal(text: str) -> Iterator[tuple[str, str]]:
    """Walk over the states of American addresses, such as "Providence, R.I. 02912"."""
    for match in _POSTAL.finditer(text):
        yield match[1], ""


def _named(written: Any) -> str:
    return line_of(written.get("name") if isinstance(written, dict) else written, most=60)


def _listed(written: Any) -> Iterable[Any]:
    return written[:_MAX_PLACES] if isinstance(written, list) else [written]
