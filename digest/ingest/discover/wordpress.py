"""WordPress: whether its REST interface answers, and what it tells."""

from __future__ import annotations

import re
from typing import Any

from digest.ingest.discover.clue import address_of, line_of
from digest.ingest.discover.cms import Told
from digest.ingest.discover.homepage import HomePage
from digest.ingest.discover.navigation import in_order_of
from digest.ingest.discover.place import zone_name
from digest.ingest.discover.visit import Visit
from digest.ingest.entries import sections_of
from digest.model.site import FoundSource

CMS = "WordPress"
_RELATION = "https://api.w.org/"
_FIELDS = "_fields=name,description,timezone_string,gmt_offset,site_logo,site_icon_url,namespaces"
_CATEGORIES = "orderby=count&order=desc&per_page=20&hide_empty=true&_fields=name,slug,count"
_FACTORY_TAGLINE = "just another wordpress site"
_ROOT = re.compile(r"/wp-json$|\?rest_route=$")
_MAX_OFFSET = 14


def ask_wordpress(page: HomePage, visit: Visit) -> Told | None:
    """Ask a site for its REST interface; None if WordPress does not publish it."""
    links = [address_of(node.get("href"), page.url) for node in page.links(_RELATION)]
    marked = bool(links) or "wordpress" in page.said("generator").lower() or "/wp-content/" in page.text
    if not marked and not page.refused:
        return None
    usual = (page.beside("wp-json"), page.beside("?rest_route="))
    # Without the last slash: the same root is often written with and without it.
    roots = dict.fromkeys(root for link in (*links, *usual) if _ROOT.search(root := link.rstrip("/")))
    feeds = (page.beside("feed/"),)
    for root in list(roots)[:3]:
        index = visit.find_json(_at(root, "/", _FIELDS))
        if (
            isinstance(index, dict)
            and isinstance(index.get("namespaces"), list)
            and "wp/v2" in index["namespaces"]
        ):
            return _told(index, root, page, visit, feeds)
    if page.refused:
        return None
    why = (
        "The REST interface of WordPress is switched off or closed to us. Ask who looks after the site to "
        "open /wp-json/wp/v2/ to our User-Agent; until then its feed must do."
    )
    return Told(cms=CMS, feeds=feeds, missing=(why,))


def _told(index: dict[str, Any], root: str, page: HomePage, visit: Visit, feeds: tuple[str, ...]) -> Told:
    tagline = line_of(index.get("description"), most=300)
    return Told(
        cms=CMS,
        source=FoundSource(
            kind="wordpress", url=root, why="WordPress publishes the site and its REST interface answers."
        ),
        feeds=feeds,
        name=line_of(index.get("name"), most=80),
        tagline="" if tagline.lower() == _FACTORY_TAGLINE else tagline,
        timezone=zone_name(index.get("timezone_string")),
        offset=_hours(index.get("gmt_offset")),
        logo=_logo(index, root, visit),
        sections=in_order_of(page, _categories(visit.find_json(_at(root, "/wp/v2/categories", _CATEGORIES)))),
    )


def _categories(data: Any) -> dict[str, str]:
    """Return the names of categories by slug, without those that are no section."""
    found = {
        line_of(item.get("slug")): line_of(item.get("name"), most=60)
        for item in (data[:20] if isinstance(data, list) else [])
        if isinstance(item, dict)
    }
    return {slug: name for slug, name in found.items() if slug and sections_of((name,), "")}


def _logo(index: dict[str, Any], root: str, visit: Visit) -> str:
    number = index.get("site_logo")
    if isinstance(number, int) and 0 < number < 10**12:
        media = visit.find_json(_at(root, f"/wp/v2/media/{number}", "_fields=source_url"))
        logo = address_of(media.get("source_url"), root) if isinstance(media, dict) else ""
        if logo:
            return logo
    return address_of(index.get("site_icon_url"), root)


def _hours(written: Any) -> float | None:
    """Return the offset of a clock that was set: 0 is what WordPress has when nobody did."""
    try:
        hours = float(written) if isinstance(written, (int, float, str)) else 0.0
    except (ValueError, OverflowError):
        return None
    return hours if 0 < abs(hours) <= _MAX_OFFSET else None


def _at(root: str, path: str, query: str) -> str:
    """Return an address below the root, which may be a query itself (`/?rest_route=`)."""
    return f"{root}{path}{'&' if '?' in root else '?'}{query}"
