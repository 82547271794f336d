"""The plain-text twin of an edition: printed from the edition itself, never from its HTML."""

from __future__ import annotations

import re

_BLANK_RUNS = re.compile(r"\n{3,}")
_TRAILING = re.compile(r"[ \t]+$", re.MULTILINE)


def tidy(text: str) -> str:
    """Return the text without blanks at line ends, never two of them blank, ending in a break."""
    return _BLANK_RUNS.sub("\n\n", _TRAILING.sub("", text)).strip("\n") + "\n"
