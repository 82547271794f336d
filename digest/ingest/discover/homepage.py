"""What a home page says, read once for everybody who looks for something in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from lxml.html import HtmlElement

from digest.errors import ArticleUnreadable
from digest.ingest.discover.clue import address_of, line_of
from digest.ingest.htmltree import decode_page, kinds, linked_data, metas, names, parse_page
from digest.ingest.markup import text_of

_NOTHING = b"<html></html>"
_PUBLISHER = re.compile(r"(?:Organization|Newspaper|WebSite|LocalBusiness)$")
_MENU = re.compile(r"(?:^|[\s_-])(?:nav|navbar|menu)(?:$|[\s_-])")
_MAX_NODES = 300
_MAX_LINKS = 3000
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link of the page: address, text, and whether it stands in the navigation."""

    url: str
    text: str
    in_navigation: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """A home page, taken apart.

    `url` is its address without query and fragment, `text` its source in lower case, `meta` its meta
    values by lower-case name, `publishers` the JSON-LD nodes of organisations and web sites. `refused`
    says that the site did not show it to us.
    """

    url: str
    tree: HtmlElement
    text: str
    meta: dict[str, list[str]]
    publishers: tuple[dict[str, Any], ...]
    anchors: tuple[Anchor, ...]
    refused: bool = False

    @property
    def host(self) -> str:
        """The host's name in lower case, without a port."""
        return urlsplit(self.url).hostname or ""

    @property
    def is_article(self) -> bool:
        """Say whether this is the page of one article, and no home page."""
        alone = self.said("og:type").casefold() == "article" or bool(linked_data(self.tree))
        return alone and urlsplit(self.url).path not in {"", "/"}

    @property
    def root(self) -> str:
        """The address of the whole site, without a path and without a last slash."""
        return urlunsplit((*urlsplit(self.url)[:2], "", "", ""))

    def beside(self, path: str) -> str:
        """Return the address of something below the home page's folder."""
        return f"{self.url.rstrip('/')}/{path.lstrip('/')}"

    def said(self, *names: str, most: int = 120) -> str:
        """Return the first `meta` of these names that says something, as one line of so many characters."""
        values = (value for name in names for value in self.meta.get(name, ()))
        return next((line for value in values if (line := line_of(value, most=most))), "")

    def links(self, *rels: str) -> Iterator[HtmlElement]:
        """Walk over the `link` elements that have one of these relations."""
        for node in self.tree.iter("link"):
            if set(rels) & set((node.get("rel") or "").lower().split()):
                yield node


def read_home(raw: bytes, *, url: str, charset: str = "", refused: bool = False) -> HomePage:
    """Take a home page apart; one that cannot be read says nothing.

    Args:
        raw: its bytes.
        url: the address it came from in the end.
        charset: what the server said of its encoding.
        refused: whether the site did not show it to us.
    """
    try:
        tree, text = parse_page(raw, charset), decode_page(raw, charset).lower()
    except ArticleUnreadable:
        tree, text = parse_page(_NOTHING), ""
    return HomePage(
        url=_bare(url),
        tree=tree,
        text=text,
        meta=metas(tree),
        publishers=tuple(_publishers(tree)),
        anchors=tuple(_anchors(tree, url)),
        refused=refused,
    )


def _bare(url: str) -> str:
    scheme, netloc, path, _, _ = urlsplit(url)
    path = "" if path == "/" else path
    return address_of(urlunsplit((scheme, netloc, path, "", ""))) or urlunsplit((scheme, netloc, "", "", ""))


def _publishers(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    left = _MAX_NODES
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower() or not script.text:
            continue
        try:
            data = json.loads(script.text.strip().rstrip(";"), strict=False)
        except (ValueError, RecursionError):
            continue
        for node in _nodes(data, _DEEPEST):
            if left and any(_PUBLISHER.search(kind) for kind in kinds(node)):
                left -= 1
                yield node


def _nodes(data: Any, depth: int) -> Iterator[dict[str, Any]]:
    """Walk over all objects of JSON-LD, the outer before the inner."""
    if isinstance(data, dict):
        yield data
        data = list(data.values())
    if isinstance(data, list) and depth:
        for item in data[:_MAX_NODES]:
            yield from _nodes(item, depth - 1)


def _anchors(tree: HtmlElement, base: str) -> Iterator[Anchor]:
    """Walk over the page's links, those of the navigation first."""
    nodes = [node for node in tree.iter("a") if node.get("href")][:_MAX_LINKS]
    placed = [(any(map(_navigates, node.iterancestors())), node) for node in nodes]
    for inside, node in sorted(placed, key=lambda pair: not pair[0]):
        url = address_of(node.get("href"), base)
        if url:
            yield Anchor(url, line_of(text_of(node), most=60), inside)


def _navigates(frame: HtmlElement) -> bool:
    if frame.tag in {"nav", "header"}:
        return True
    return frame.tag in {"div", "ul"} and bool(_MENU.search(names(frame)))
