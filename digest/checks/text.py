"""The plain-text part: for readers who chose it, and for those who listen."""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.checks import rules
from digest.model.edition import PrintedEdition
from digest.model.finding import Finding

MAX_LINE = 998
_ENTITY = re.compile(
    r"&(?:amp|lt|gt|quot|nbsp|#\d+|#x[0-9a-f]+);|</?(?:p|a|br|td|table|div|span|b|i)\b", re.IGNORECASE
)


def check_text(printed: PrintedEdition) -> Iterator[Finding]:
    """Yield what is wrong with the plain text."""
    for number, line in enumerate(printed.text.splitlines(), start=1):
        if len(line.encode()) > MAX_LINE:
            yield rules.LINES.finding("a line is over 998 bytes (RFC 5322, 2.1.1)", where=f"line {number}")
        if found := _ENTITY.search(line):
            message = f"{found.group()} is HTML; the text is printed from the edition, not from the page"
            yield rules.ENTITIES.finding(message, where=f"line {number}")
    if "\n\n\n\n" in printed.text:
        yield rules.BLANKS.finding("three or more blank lines in a row; tidy body.txt")
