"""ROUGE-1, -2 and -L as F1 (Lin 2004, "ROUGE: A Package for Automatic Evaluation of Summaries").

Words are runs of `a-z0-9` in lower case; no stemming, no stop words left out. ROUGE-L is the longest common
subsequence of the two whole texts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_WORD = re.compile(r"[a-z0-9]+")


def words(text: str) -> list[str]:
    """Return the words that are compared."""
    return _WORD.findall(text.lower())


def grams(text: str, size: int) -> Counter[tuple[str, ...]]:
    """Return the runs of `size` words and how often each occurs."""
    found = words(text)
    return Counter(zip(*(found[skip:] for skip in range(size)), strict=False))


def rouge_n(summary: str, reference: str, size: int) -> float:
    """Return the F1 of the runs of `size` words, 0 to 1."""
    ours, theirs = grams(summary, size), grams(reference, size)
    return _f1((ours & theirs).total(), ours.total(), theirs.total())


def rouge_l(summary: str, reference: str) -> float:
    """Return the F1 of the longest common subsequence, 0 to 1."""
    ours, theirs = words(summary), words(reference)
    return _f1(_common(ours, theirs), len(ours), len(theirs))


def _f1(shared: int, ours: int, theirs: int) -> float:
    return 2 * shared / max(1, ours + theirs)


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    above = [0] * (len(other) + 1)
    for word in one:
        row = [0]
        for place, against in enumerate(other):
            row.append(above[place] + 1 if word == against else max(above[place + 1], row[-1]))
        above = row
    return above[-1]
