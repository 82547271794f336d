"""Ghost: the content key its pages publish, and what its settings tell."""

from __future__ import annotations

import re
from typing import Any

from digest.ingest.discover.clue import address_of, line_of
from digest.ingest.discover.cms import Told
from digest.ingest.discover.homepage import HomePage
from digest.ingest.discover.look import colour_of
from digest.ingest.discover.navigation import MAX_SECTIONS
from digest.ingest.discover.place import zone_name
from digest.ingest.discover.visit import Visit
from digest.ingest.entries import sections_of
from digest.ingest.plain import language_of
from digest.model.site import FoundSource

CMS = "Ghost"
_KEY = re.compile(r"[0-9a-f]{20,64}")
_API = "/ghost/api/content"
_TAG_PAGE = re.compile(r"^(?:https?://[^/]+)?/(?:tag|section|topic|category)/[^/]+/?$")
_MISSING = (
    "Ghost publishes the site, but its pages show no content key that works. Add a custom integration "
    "in Ghost's settings and write its Content API key into the source; until then its feed must do."
)


def ask_ghost(page: HomePage, visit: Visit) -> Told | None:
    """Ask a site for its settings with the key that its pages publish; None if Ghost does not publish it."""
    keys = dict(_keys(page))
    if not keys and not page.said("generator").lower().startswith("ghost"):
        return None
    feeds = (page.beside("rss/"),)
    for key, root in list(keys.items())[:2]:
        data = visit.find_json(f"{root}{_API}/settings/?key={key}")
        settings = data.get("settings") if isinstance(data, dict) else None
        if isinstance(settings, dict):
            return _told(settings, key, root, feeds)
    return Told(cms=CMS, feeds=feeds, missing=(_MISSING,))


def _keys(page: HomePage) -> list[tuple[str, str]]:
    """Return the keys of the page's scripts, each with the root of the site that it opens."""
    found = []
    for script in page.tree.iter("script"):
        key = (script.get("data-key") or "").strip()
        written = script.get("data-api") or script.get("data-ghost") or script.get("data-sodo-search")
        root = address_of(written, page.url)
        if root and _KEY.fullmatch(key):
            found.append((key, root.rstrip("/").removesuffix(_API)))
    return found


def _told(settings: dict[str, Any], key: str, root: str, feeds: tuple[str, ...]) -> Told:
    logo = settings.get("logo") or settings.get("icon")
    return Told(
        cms=CMS,
        source=FoundSource(
            kind="ghost",
            url=root,
            key=key,
            why="Ghost publishes the site and its pages show the content key.",
        ),
        feeds=feeds,
        name=line_of(settings.get("title"), most=80),
        tagline=line_of(settings.get("description"), most=300),
        language=language_of(line_of(settings.get("locale") or settings.get("lang"))) or "",
        timezone=zone_name(settings.get("timezone")),
        colour=colour_of(settings.get("accent_color")),
        logo=address_of(logo, root),
        sections=_sections(settings.get("navigation")),
    )


def _sections(navigation: Any) -> tuple[str, ...]:
    """Return the names of the navigation's links to tags, which are what Ghost has for sections."""
    items = (
        [item for item in navigation[:50] if isinstance(item, dict)] if isinstance(navigation, list) else []
    )
    names = [
        line_of(item.get("label"), most=60) for item in items if _TAG_PAGE.match(line_of(item.get("url")))
    ]
    return tuple(name for name in dict.fromkeys(names) if sections_of((name,), ""))[:MAX_SECTIONS]
