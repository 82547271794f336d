"""The links: each leads somewhere, and both parts lead to the same places."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from digest.checks import rules
from digest.model.edition import Edition, PrintedEdition
from digest.model.finding import Finding
from digest.model.marks import REQUIRED_MARKS

_SCHEME = re.compile(r"(?:https?://[^/\s]|mailto:[^\s@]+@)", re.IGNORECASE)


def check_links(edition: Edition, printed: PrintedEdition, tree: HtmlElement) -> Iterator[Finding]:
    """Yield what is wrong with links."""
    targets = [(str(link.get("href") or "").strip(), link) for link in tree.iter("a")]
    for target, link in targets:
        if not target:
            yield rules.SCHEMES.finding("a link leads nowhere; give it an address", where=_place(link))
        elif not _SCHEME.match(target):
            yield rules.SCHEMES.finding(f"{target[:80]} is no web or mail address", where=_place(link))
    yield from _parity(edition, {target for target, _ in targets}, set(printed.text.split()))


def _parity(edition: Edition, in_html: set[str], in_text: set[str]) -> Iterator[Finding]:
    for mark in sorted(REQUIRED_MARKS):
        for part, places in (("HTML", in_html), ("plain text", in_text)):
            if mark.value not in places:
                name = mark.name.lower()
                yield rules.MARKS.finding(f"the {part} has no {name} link; the template lost its mark")
    for story in edition.stories:
        if story.url is None:
            continue
        for part, found in (("HTML", story.url in in_html), ("plain text", story.url in in_text)):
            if not found:
                yield rules.PARITY.finding(f"the {part} has no link to the story", where=story.headline)


def _place(element: HtmlElement) -> str:
    words = " ".join(element.text_content().split())
    return f"line {element.sourceline}: {words[:60]}"
