"""The last look at a print before it leaves the press: marks are counted, links are read.

These faults are the press's own and cannot be overridden: a letter without a way to unsubscribe is
against the law, and a broken link is in every letter box at once. What is a matter of taste or of mail
clients belongs to the checks.
"""

from __future__ import annotations

import re
from typing import cast
from urllib.parse import urlsplit

from lxml import etree

from digest.errors import EditionRefused
from digest.model.marks import MARK_HOST, REQUIRED_MARKS, Mark

_MARKS = re.compile(re.escape(MARK_HOST) + r"[\w/%.-]*", re.ASCII)
_TEMPLATE_TOKEN = re.compile(r"\{\{|\{%")
_SCHEMES = frozenset({"http", "https", "mailto"})


def prove_marks(
    html: str,
    text: str,
    *,
    required: frozenset[str] = REQUIRED_MARKS,
    known: frozenset[str] = frozenset(Mark),
) -> None:
    """Raise `EditionRefused` naming each mark that a part has lost, and each that nobody would fill."""
    for part, found in (("HTML", _linked_marks(html)), ("plain text", set(_MARKS.findall(text)))):
        for mark in sorted(required - found):
            name = mark.removeprefix(MARK_HOST)
            raise EditionRefused(
                f"the {part} part has lost its {name} link; the template must hold {{{{ {name}_url }}}}"
            )
        unknown = (found | set(_MARKS.findall(html if part == "HTML" else text))) - known
        if unknown:
            raise EditionRefused(
                f"the {part} part holds {min(unknown)}, which nobody fills; marks end at a blank or a quote"
            )


def prove_links(html: str) -> None:
    """Raise `EditionRefused` for an empty link, or one that is no web or mail address."""
    for address in _attributes(html, "//@href | //@src | //@action | //@background"):
        if address in {"", "#"}:
            raise EditionRefused("a link or picture has no address; the template must leave it out instead")
        parts = urlsplit(address)
        if parts.scheme not in _SCHEMES or (parts.scheme != "mailto" and not parts.hostname):
            raise EditionRefused(
                f"{address[:80]} is no web or mail address; the template must not link to it"
            )


def prove_tokens(*parts: str) -> None:
    """Raise `EditionRefused` where template syntax was left unprinted."""
    for part in parts:
        found = _TEMPLATE_TOKEN.search(part)
        if found:
            around = part[max(0, found.start() - 20) : found.end() + 30].replace("\n", " ")
            raise EditionRefused(f"a template token was left unprinted: …{around}…")


def _linked_marks(html: str) -> set[str]:
    return {link for link in _attributes(html, "//a/@href") if link.startswith(MARK_HOST)}


def _attributes(html: str, path: str) -> list[str]:
    page = etree.fromstring(html, etree.HTMLParser(huge_tree=True))
    return [str(value).strip() for value in cast(list[str], page.xpath(path))]
