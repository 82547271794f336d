"""Check sizes: what is too long is clipped, and the footer with it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.checks.links import CLIPPED_AT
from digest.checks.page import Page
from digest.checks.rules import breach
from digest.model.finding import Finding

LARGE = 80 * 1024
MAX_STYLE = 16 * 1024
MAX_LINE = 998  # RFC 5322 2.1.1
_ENTITY = re.compile(
    r"&(?:amp|lt|gt|quot|nbsp|#\d{1,6}|#x[0-9a-f]{1,6});|</?(?:a|b|br|div|em|i|p|span|td)\b",
    re.IGNORECASE,
)
_BLANK_LINES = re.compile(r"\n[ \t]*\n[ \t]*\n[ \t]*\n")


def check_size(page: Page) -> Iterator[Finding]:
    """Yield what is too large in the HTML part."""
    size = len(page.printed.html.encode("utf-8", "replace"))
    if size > CLIPPED_AT:
        yield breach("size.clipped", f"the HTML part has {size:,} bytes; print fewer stories")
    elif size > LARGE:
        yield breach("size.large", f"the HTML part has {size:,} bytes; Gmail clips at {CLIPPED_AT:,}")
    style = sum(len((element.text or "").encode("utf-8", "replace")) for element in page.named("style"))
    if style >= MAX_STYLE:
        yield breach("size.style", f"the style sheets have {style:,} bytes; Gmail drops 16 KB and more")


def check_text(page: Page) -> Iterator[Finding]:
    """Yield what is wrong with the text part as text."""
    text = page.printed.text
    if not text.strip():
        yield breach("text.empty", "print the text part, too")
    found = _ENTITY.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        yield breach("text.entities", f"{found.group()[:40]} stands in the text part", f"line {line}")
    for number, line_text in enumerate(text.splitlines(), start=1):
        if len(line_text.encode("utf-8", "replace")) > MAX_LINE:
            yield breach("text.long-line", "break the line of the text part", f"line {number}")
    if _BLANK_LINES.search(text):
        yield breach("text.blank-lines", "take out runs of blank lines")
