"""A page's headline, and the line under it."""

# The quotation marks and dashes of newspapers are what is read here.
# ruff: noqa: RUF001

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

from digest.ingest.htmltree import bare, following, names, outside, texts
from digest.ingest.markup import plain, text_of
from digest.ingest.plain import tidy, words

_SITE = re.compile(r"\s+(?:[|•·»–—-]|::)\s+(?!.*\s(?:[|•·»–—-]|::)\s)")
_ENOUGH_ALIKE = 0.6
_STANDFIRST = re.compile(
    r"(?:^|[\s_-])(?:sub-?title|sub-?head(?:line|ing)?|stand-?first|dek|deck|strap-?line|chapeau|vorspann|lede?|intro)"
    r"(?:$|[\s_-])"
)
_NEAR, _TELLING = 40, 60


def read_headline(
    tree: HtmlElement, meta: dict[str, list[str]], data: dict[str, Any], site: str
) -> tuple[str, HtmlElement | None]:
    """Return the `h1` or `h2` that agrees with what the page says of itself, else what it says."""
    title = plain(tree.findtext(".//title") or "")
    said = [
        *(_without_site(plain(v), site) for v in [*meta.get("og:title", []), *meta.get("twitter:title", [])]),
        *(plain(v) for v in texts(data.get("headline")) + texts(data.get("name"))),
        _without_site(title, site),
    ]
    said = [text for text in said if text and text.casefold() != site.casefold()]
    best, score, heading = "", 0.0, None
    for node in tree.iter("h1", "h2"):
        text = tidy(text_of(node))
        if not text or len(text) > 300 or text.casefold() == site.casefold():  # noqa: PLR2004 # no headline
            continue
        likeness = max((_likeness(text, s) for s in said), default=0.0) + 0.05 * (node.tag == "h1")
        if likeness > score:
            best, score, heading = text, likeness, node
    if score >= _ENOUGH_ALIKE:
        return best, heading
    if said:
        return said[0], None
    alone = [node for node in tree.iter("h1") if tidy(text_of(node)) and not outside(node)]
    return (tidy(text_of(alone[0])), alone[0]) if alone else ("", None)


def agreed(tree: HtmlElement, meta: dict[str, list[str]], data: dict[str, Any], *, site: str) -> str:
    """Return the headline that two places of a page at least agree on; empty if none do.

    The places: an `h1`; og:title and twitter:title, which are one; JSON-LD; `title` without the site's name.
    """
    places = (
        [tidy(text_of(node)) for node in tree.iter("h1")],
        [_without_site(plain(v), site) for v in [*meta.get("og:title", []), *meta.get("twitter:title", [])]],
        [plain(v) for v in texts(data.get("headline"))],
        [_without_site(plain(tree.findtext(".//title") or ""), site)],
    )
    kinds = [
        {bare(text): text for text in reversed(place) if bare(text) not in {"", bare(site)}}
        for place in places
    ]
    for at, kind in enumerate(kinds):
        for key, text in reversed(kind.items()):
            if any(key in other for other in kinds[at + 1 :]):
                return text
    return ""


def read_subhead(heading: HtmlElement | None, description: str) -> str:
    """Return the line under the headline: its class says so, or it is how the page describes itself."""
    if heading is None:
        return ""
    told = bare(description)[:_TELLING]
    for node in islice(following(heading), _NEAR):
        if node.tag not in {"p", "div", "span", "h2", "h3", "h4", "em", "strong"} or outside(node):
            continue
        text = tidy(text_of(node))
        alike = len(told) == _TELLING and bare(text).startswith(told)
        if 4 <= words(text) <= 60 and (alike or _STANDFIRST.search(names(node))):  # noqa: PLR2004 # a line or two
            return text
    return ""


def _likeness(text: str, said: str) -> float:
    """Return how alike a head and a title are, from 0 to 1; a title may have the site's name after it."""
    if re.match(rf"{re.escape(text.casefold())}\s*[|–—:·»-]", said.casefold()):
        return 0.9
    mine, other = _tokens(text), _tokens(said)
    return len(mine & other) / max(1, len(mine | other))


def _without_site(title: str, site: str) -> str:
    """Cut the site's name off a title, at its end or at its beginning."""
    if site:
        for mark in ("|", "-", "–", "—", "•", "·", "»", "::", ":"):
            if title.casefold().endswith(f" {mark} {site}".casefold()):
                return title[: -len(site) - len(mark) - 2].strip()
            if title.casefold().startswith(f"{site} {mark} ".casefold()):
                return title[len(site) + len(mark) + 2 :].strip()
    parts = _SITE.split(title)
    return parts[0].strip() if len(parts) == 2 and words(parts[0]) >= 3 and words(parts[1]) <= 5 else title  # noqa: PLR2004


def _tokens(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold()))
