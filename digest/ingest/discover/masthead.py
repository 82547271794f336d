"""What a paper is called: its name and the line under it, as its home page says them."""

from __future__ import annotations

import re

from digest.ingest.discover.clue import Clue, best, line_of
from digest.ingest.discover.homepage import HomePage
from digest.ingest.htmltree import kinds
from digest.ingest.markup import text_of

_PARTED = re.compile(r"\s+[|•·»:–—-]+\s+|\s*\|\s*")  # noqa: RUF001 # the dashes of titles
_GENERIC = re.compile(
    r"(?:home ?page|home|front ?page|welcome|index|news|latest news|official (?:web ?)?site|untitled|"
    r"rss(?: feed)?|feed|latest|articles?|all (?:articles|stories))",
    re.IGNORECASE,
)
_PAPER = re.compile(r"(?:NewsMediaOrganization|Newspaper)$")
_LEADING = re.compile(r"^(?:welcome to|home of)\s+", re.IGNORECASE)
_MAX_NAME = 80
_MAX_TAGLINE = 120
_TOO_LONG = 2 * _MAX_TAGLINE


def name(page: HomePage, told: Clue, in_feed: str) -> Clue:
    """Return the paper's name: what the CMS says, Open Graph, linked data, the title, the feed."""
    return best(
        told,
        Clue(_name_in(page.said("og:site_name"), page), "the home page's og:site_name"),
        Clue(_linked(page), "the home page's linked data"),
        Clue(
            _own(page.said("application-name", "apple-mobile-web-app-title")),
            "the home page's application name",
        ),
        Clue(_name_in(_titled(page), page), "the home page's title"),
        Clue(_name_in(in_feed, page), "the feed's title"),
    )


def tagline(page: HomePage, told: Clue, name: str) -> Clue:
    """Return the line under the name: what the CMS says, or a description short enough for one."""
    clues = (
        told,
        Clue(page.said("description", "og:description", most=_TOO_LONG), "the home page's description"),
    )
    fitting = (c for c in clues if c.value.casefold() != name.casefold() and len(c.value) <= _MAX_TAGLINE)
    return best(*fitting)


def _linked(page: HomePage) -> str:
    """Return the name in the linked data, that of a newspaper before that of any organisation."""
    nodes = sorted(page.publishers, key=lambda node: not any(_PAPER.search(kind) for kind in kinds(node)))
    return next((said for node in nodes if (said := _own(line_of(node.get("name"), most=_MAX_NAME)))), "")


def _titled(page: HomePage) -> str:
    node = page.tree.find(".//title")
    return line_of(text_of(node)) if node is not None else ""


def _name_in(title: str, page: HomePage) -> str:
    """Return the part of a title that is the name: the one that the host's name holds, or the first."""
    parts = [said for part in _PARTED.split(title) if (said := _own(part))]
    host = _letters(page.host.removeprefix("www.").rpartition(".")[0])
    alike = (part for part in parts if host and (_letters(part) in host or host in _letters(part)))
    return next(alike, parts[0] if parts else "")


def _own(text: str) -> str:
    """Return a name without a welcome before it; empty for words that any site uses."""
    said = _LEADING.sub("", text.strip())[:_MAX_NAME].rstrip()
    return "" if _GENERIC.fullmatch(said) else said


def _letters(text: str) -> str:
    return "".join(sign for sign in text.casefold().removeprefix("the ") if sign.isalnum())
