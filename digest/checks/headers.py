"""Check the subject and the preheader: the two lines that readers see first."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from digest.checks.page import Page
from digest.checks.rules import breach
from digest.model.finding import Finding

MAX_SUBJECT = 70
MIN_PREHEADER = 40
MAX_PREHEADER = 130
_CONTROLS = frozenset({"Cc", "Cs", "Zl", "Zp"})
_INVISIBLE = frozenset("\u200b\u200c\u2007\u00ad\u034f\ufeff")
_PADDING = 3


def check_headers(page: Page) -> Iterator[Finding]:
    """Yield what is wrong with the subject and the preheader."""
    subject = page.printed.subject
    if not subject.strip():
        yield breach("headers.subject-empty", "give the edition a subject")
    if any(unicodedata.category(char) in _CONTROLS for char in subject):
        yield breach("headers.subject-controls", "take line ends and control characters out of the subject")
    if "=?" in subject:
        yield breach("headers.subject-encoded", "take =? out of the subject")
    if len(subject) > MAX_SUBJECT:
        yield breach("headers.subject-length", f"the subject has {len(subject)} characters; cut it to 70")
    preheader = page.edition.preheader
    if not MIN_PREHEADER <= len(preheader) <= MAX_PREHEADER:
        yield breach(
            "headers.preheader-length", f"the preheader has {len(preheader)} characters; 40 to 130 are shown"
        )
    first = {story.headline for story in page.edition.stories[:1]}
    if preheader.strip() and preheader.strip() in {subject.strip(), *first}:
        yield breach("headers.preheader-repeats", "tell something in the preheader that the subject does not")
    if sum(char in _INVISIBLE for char in preheader) > _PADDING:
        yield breach("headers.preheader-padding", "take the invisible characters out of the preheader")
