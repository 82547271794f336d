"""The HTML part: what keeps it readable in every client, and aloud."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import html
from lxml.html import HtmlElement

from digest.checks import rules
from digest.model.finding import Finding

_TOKEN = re.compile(r"\{\{.{0,80}|\{%.{0,80}|\{#.{0,80}")
_REMOTE = re.compile(r"@import|@font-face|url\(\s*['\"]?(?:https?:)?//", re.IGNORECASE)
_FORBIDDEN = ("script", "form", "input", "iframe", "object", "embed", "link", "base", "video", "audio", "svg")
_DIRECTIONS = frozenset({"ltr", "rtl"})


def parse(source: str) -> HtmlElement:
    """Return the page as a tree; an empty one is a page without anything in it."""
    return html.document_fromstring(
        source.encode() or b"<html></html>", parser=html.HTMLParser(encoding="utf-8")
    )


def check_html(source: str, tree: HtmlElement) -> Iterator[Finding]:
    """Yield what is wrong with the page as a page."""
    if not source.startswith("<!DOCTYPE html"):
        yield rules.DOCTYPE.finding("the page does not begin with <!DOCTYPE html>; put it first in body.html")
    yield from _language(tree)
    yield from _headings(tree)
    yield from _elements(source, tree)
    for table in tree.iter("table"):
        if table.get("role") != "presentation":
            yield rules.LAYOUT.finding('a layout table lacks role="presentation"', where=_place(table))


def _language(tree: HtmlElement) -> Iterator[Finding]:
    wrapper = next(iter(tree.xpath("//body//*[@role='article']")), None)
    for name, element in (("html", tree), ("the wrapper with role=article", wrapper)):
        if element is None:
            yield rules.LANGUAGE.finding("the body has no wrapper with role=article; webmail drops <html>")
        elif not element.get("lang") or element.get("dir") not in _DIRECTIONS:
            yield rules.LANGUAGE.finding(f"{name} lacks lang or dir; write both", where=_place(element))


def _headings(tree: HtmlElement) -> Iterator[Finding]:
    levels = [(int(element.tag[1]), element) for element in tree.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    firsts = [element for level, element in levels if level == 1]
    if len(firsts) != 1:
        yield rules.HEADINGS.finding(f"there are {len(firsts)} h1; the masthead is the one")
    before = 0
    for level, element in levels:
        if level > before + 1:
            message = f"h{level} follows h{before}" if before else f"the first heading is an h{level}"
            yield rules.HEADINGS.finding(f"{message}; skip no level", where=_place(element))
        before = level


def _elements(source: str, tree: HtmlElement) -> Iterator[Finding]:
    for image in tree.iter("img"):
        if image.get("alt") is None:
            yield rules.ALT.finding("a picture has no alt text; describe it", where=_place(image))
        if not (image.get("width") or "").isdigit() or not (image.get("height") or "").isdigit():
            yield rules.DIMENSIONS.finding("a picture lacks width or height; write both", where=_place(image))
    for element in tree.iter(*_FORBIDDEN):
        yield rules.FORBIDDEN.finding(
            f"<{element.tag}> is stripped by clients; take it out", where=_place(element)
        )
    for element in tree.iter():
        events = [name for name in element.attrib if str(name).lower().startswith("on")]
        if events:
            yield rules.FORBIDDEN.finding(f"{events[0]} runs script; take it out", where=_place(element))
    for style in tree.iter("style"):
        if _REMOTE.search(style.text or ""):
            yield rules.FORBIDDEN.finding("a style sheet loads something remote", where=_place(style))
    for token in _TOKEN.findall(source):
        yield rules.TOKENS.finding(f"template code was not printed: {token.splitlines()[0]}")


def _place(element: HtmlElement) -> str:
    return f"line {element.sourceline}: <{element.tag}>"
