"""Check the page itself: its frame, its headings, and what mail programs throw out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from digest.checks.page import Page, attribute, line_of, text_of
from digest.checks.rules import breach
from digest.model.finding import Finding

_TOKEN = re.compile(r"\{\{|\{%|\}\}|%\}")
_FETCHED = re.compile(r"@import|url\s*\(\s*['\"]?\s*(?:https?:)?//", re.IGNORECASE)
_LAYOUT = frozenset({"presentation", "none"})
_FORBIDDEN = {
    "script": ("html.script", "nothing; mail programs refuse it"),
    **dict.fromkeys(
        ("form", "input", "select", "textarea", "button"), ("html.form", "a link to a page of ours")
    ),
    **dict.fromkeys(
        ("iframe", "frame", "object", "embed", "applet", "video", "audio", "svg"),
        ("html.embedded", "a picture that links"),
    ),
}


def check_html(page: Page) -> Iterator[Finding]:
    """Yield what is wrong with the HTML part as a page."""
    if not page.printed.html.startswith("<!DOCTYPE html>"):
        yield breach("html.doctype", "begin the page with <!DOCTYPE html>, in capitals", "line 1")
    yield from _check_frame(page)
    yield from _check_headings(page)
    yield from _check_forbidden(page)
    for part, content in (
        ("subject", page.printed.subject),
        ("HTML", page.printed.html),
        ("text", page.printed.text),
    ):
        found = _TOKEN.search(content)
        if found:
            line = content.count("\n", 0, found.start()) + 1
            yield breach("html.token", f"{found.group()} was left in the {part} part", f"line {line}")


def _check_frame(page: Page) -> Iterator[Finding]:
    roots = page.named("html")
    if not any(attribute(root, "lang") for root in roots):
        yield breach("html.lang", "give <html> a lang, such as en")
    if not any(attribute(root, "dir") in {"ltr", "rtl"} for root in roots):
        yield breach("html.dir", "give <html> dir=ltr or dir=rtl")
    inner = [element for body in page.named("body") for element in body.iter("div", "table")]
    if not any(attribute(element, "lang") and attribute(element, "dir") for element in inner):
        yield breach("html.wrapper", "put lang and dir on a <div> around everything in the body, too")
    articles = [element for element in inner if attribute(element, "role") == "article"]
    if not any(attribute(element, "aria-label") for element in articles):
        yield breach("html.role", "give the wrapper role=article and an aria-label")
    titles = [text_of(title) for title in page.named("title")]
    if titles[:1] != [" ".join(page.printed.subject.split())]:
        yield breach("html.title", "make <title> the subject")
    metas = page.named("meta")
    named = {attribute(meta, "charset") or attribute(meta, "content") or "" for meta in metas}
    if not any("utf-8" in name.casefold() for name in named):
        yield breach("html.charset", 'put <meta charset="utf-8"> into the head')


def _check_headings(page: Page) -> Iterator[Finding]:
    headings = page.named("h1", "h2", "h3", "h4", "h5", "h6")
    firsts = [heading for heading in headings if heading.tag == "h1"]
    if len(firsts) != 1:
        where = line_of(firsts[1]) if firsts else ""
        yield breach("html.h1", f"there are {len(firsts)} <h1>; the masthead alone is one", where)
    level = 0
    for heading in headings:
        here = int(str(heading.tag)[1])
        if here > level + 1:
            yield breach(
                "html.heading-order", f"<h{here}> follows <h{level}>; skip no level", line_of(heading)
            )
        level = here


def _check_forbidden(page: Page) -> Iterator[Finding]:
    for element in page.elements:
        rule, remedy = _FORBIDDEN.get(str(element.tag), ("", ""))
        if rule:
            yield breach(rule, f"replace <{element.tag}> by {remedy}", line_of(element))
        if any(str(name).startswith("on") for name in element.attrib):
            yield breach("html.script", f"take the script out of <{element.tag}>", line_of(element))
        yield from _check_fetched(element)
    for table in page.named("table"):
        if attribute(table, "role") not in _LAYOUT and next(table.iter("th"), None) is None:
            yield breach("html.layout-table", "give the table role=presentation", line_of(table))


def _check_fetched(element: etree._Element) -> Iterator[Finding]:
    """Yield what an element fetches from elsewhere only to look better; pictures are not meant."""
    sheet = element.tag == "link" and "stylesheet" in (attribute(element, "rel") or "").casefold()
    styles = (element.text or "") if element.tag == "style" else element.get("style", "")
    if sheet or _FETCHED.search(styles) or element.get("background"):
        remedy = "put styles into the page, without @import, url(…) or backgrounds"
        yield breach("html.remote-style", remedy, line_of(element))
