"""The sections of a site, as its navigation names them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from digest.ingest.discover.homepage import HomePage
from digest.ingest.entries import sections_of

MAX_SECTIONS = 12
_SNWORKS = re.compile(r"^/section/([A-Za-z0-9][\w-]{0,59})/?$")
_SECTION = re.compile(
    r"^(?:/[\w-]+)?/(?:sections?|categor(?:y|ies)|topics?|tags?|rubriques?|ressort)/[^/]+/?$"
)
_PLAIN = re.compile(r"^(?:/[\w%-]+){1,2}/?$")
# What stands in a navigation and is no section.
_SERVICES = (
    r"abo|abonn\w+|about|advertis\w*|all|archiv\w*|authors?|board|careers?|classifieds?|conta[ck]t\w*|"
    r"cookies?|corrections?|datenschutz|donat\w+|e-?edition|e-?paper|faqs?|feedback|find|follow|get|"
    r"give|help|home|how|impressum|imprint|issues?|jobs?|join|kontakt|log ?in|log ?out|masthead|menu|"
    r"more|my|newsletters?|our|policies|policy|print|privacy|read|register|rss|search|see|shop|sign|"
    r"skip|staff|store|submit|submissions?|subscri\w+|suche|support|suscr\w+|team|tell|terms|view|"
    r"welcome|who|work|your"
)
_SERVICE = re.compile(rf"^(?:{_SERVICES})\b", re.IGNORECASE)
_MAX_NAME = 30
_ENOUGH = 3


def section_slugs(page: HomePage) -> dict[str, str]:
    """Return the slugs of the page's `/section/<slug>` links with their names, in the site's order.

    Those of the navigation where there are any; places on pages, such as "top stories", are left out.
    """
    found: dict[str, str] = {}
    in_navigation = 0
    for path, text, inside in _own_links(page):
        slug = _SNWORKS.match(path)
        if slug is None or slug[1] in found or not sections_of((slug[1],), ""):
            continue
        found[slug[1]] = text if _is_section(text) else slug[1].replace("-", " ").replace("_", " ").title()
        in_navigation += inside
    return dict(list(found.items())[: min(in_navigation, MAX_SECTIONS) or MAX_SECTIONS])


def in_order_of(page: HomePage, named: dict[str, str]) -> tuple[str, ...]:
    """Return the names of those sections that the navigation links to, in its order; else all of them.

    Args:
        page: the home page.
        named: names by slug, the biggest section first.
    """
    linked = [path.rstrip("/").rpartition("/")[2] for path, _, inside in _own_links(page) if inside]
    chosen = [named[slug] for slug in dict.fromkeys(linked) if slug in named]
    return tuple(chosen if len(chosen) >= _ENOUGH else named.values())[:MAX_SECTIONS]


def section_names(page: HomePage, written: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the sections the navigation names.

    Args:
        page: the home page.
        written: the sections of articles in the feed; where enough of the navigation's names are among
            them, only those are sections.
    """
    links = [(path, text) for path, text, inside in _own_links(page) if inside and _is_section(text)]
    names = [text for path, text in links if _SECTION.match(path)]
    if len(names) < _ENOUGH:
        names = [text for path, text in links if _PLAIN.match(path)]
    known = {name.casefold() for name in written}
    among = [name for name in names if name.casefold() in known]
    return tuple(dict.fromkeys(among if len(among) >= _ENOUGH else names))[:MAX_SECTIONS]


def _own_links(page: HomePage) -> Iterator[tuple[str, str, bool]]:
    host = page.host.removeprefix("www.")
    for anchor in page.anchors:
        parts = urlsplit(anchor.url)
        if (parts.hostname or "").removeprefix("www.") == host:
            yield parts.path, anchor.text, anchor.in_navigation


def _is_section(text: str) -> bool:
    name = 1 < len(text) <= _MAX_NAME and bool(sections_of((text,), ""))
    return name and not _SERVICE.match(text)
