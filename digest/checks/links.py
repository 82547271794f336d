"""Check links: every story and both personal pages must be reachable from both parts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from digest.checks.page import Page, attribute, line_of, text_of
from digest.checks.rules import breach
from digest.model.edition import Brief
from digest.model.finding import Finding
from digest.model.marks import REQUIRED_MARKS, Mark

CLIPPED_AT = 102_000
"""Gmail shows the first 102 KB of a message and hides the rest behind a link."""
_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_SCHEMES = frozenset({"http", "https", "mailto"})
_VAGUE = frozenset({"click here", "here", "more", "read more", "link", "this", "learn more", "continue"})


def check_links(page: Page) -> Iterator[Finding]:
    """Yield what is wrong with the links of both parts."""
    yield from _check_addresses(page)
    yield from _check_marks(page)
    yield from _check_stories(page)
    yield from _check_texts(page)


def same_address(url: str) -> str:
    """Return a link in the form in which two spellings of it compare equal (%-signs, the host's case)."""
    plain = url.strip()
    try:
        parts = urlsplit(plain)
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port or ""
    except ValueError:  # a UnicodeError is one too
        return plain
    rest = unquote(plain.partition("://")[2].partition("/")[2])
    return f"{parts.scheme}://{host}:{port}/{rest}" if host else plain


def _check_addresses(page: Page) -> Iterator[Finding]:
    for link in page.named("a", "area"):
        href = attribute(link, "href")
        if href is None:
            continue
        where = line_of(link)
        if href in {"", "#"} or href.casefold() == "mailto:":
            yield breach("links.empty", f"the link “{text_of(link)[:60]}” leads nowhere; take it out", where)
        elif href.partition(":")[0].casefold() not in _SCHEMES or ":" not in href:
            yield breach("links.scheme", f"{href[:80]} is no web or mail address; take it out", where)


def _check_marks(page: Page) -> Iterator[Finding]:
    linked = {attribute(link, "href") for link in page.named("a")}
    named = set(_ADDRESS.findall(page.printed.text))
    for mark in sorted(REQUIRED_MARKS):
        name = mark.name.lower()
        if mark.value not in linked:
            yield breach("links.mark-html", f"the HTML part has no {name} link; put it into the footer")
        if mark.value not in named:
            yield breach("links.mark-text", f"the text part has no {name} address; put it at the end")
    place = page.printed.html.encode("utf-8", "replace").find(Mark.UNSUBSCRIBE.value.encode())
    if place >= CLIPPED_AT:
        yield breach("links.unsubscribe-late", f"unsubscribing stands at byte {place:,}; print fewer stories")


def _check_stories(page: Page) -> Iterator[Finding]:
    linked = {same_address(attribute(link, "href") or "") for link in page.named("a")}
    named = {same_address(address) for address in _ADDRESS.findall(page.printed.text)}
    for brief in page.edition.stories:
        if not _is_web(brief):
            continue
        address = same_address(brief.url or "")
        if address not in linked:
            yield breach("links.story-html", f"the HTML part does not link to “{brief.headline}”")
        if address not in named:
            yield breach("links.story-text", f"the text part does not give the address of “{brief.headline}”")


def _is_web(brief: Brief) -> bool:
    """Say whether a story has an address that a letter may link to; the press leaves out any other."""
    return (brief.url or "").strip().casefold().startswith(("https://", "http://"))


def _check_texts(page: Page) -> Iterator[Finding]:
    targets: defaultdict[str, set[str]] = defaultdict(set)
    for link in page.named("a"):
        href, text = attribute(link, "href") or "", text_of(link)
        if not text:
            yield breach("links.text", "a link has no text; name the story in it", line_of(link))
        elif text.casefold().strip(" .…»→") in _VAGUE:
            yield breach("links.vague", f"“{text}” does not say where it leads", line_of(link))
        elif href not in targets[text.casefold()] and targets[text.casefold()]:
            yield breach("links.vague", f"two links are called “{text[:60]}”", line_of(link))
        targets[text.casefold()].add(href)
