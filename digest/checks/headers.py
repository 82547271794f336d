"""Subject and preheader: what a reader sees before opening."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from digest.checks import rules
from digest.model.edition import Edition, PrintedEdition
from digest.model.finding import Finding

MAX_SUBJECT = 70
PREHEADER_CHARACTERS = range(40, 131)
_CONTROLS = frozenset({"Cc", "Cs", "Zl", "Zp"})


def check_headers(edition: Edition, printed: PrintedEdition) -> Iterator[Finding]:
    """Yield what is wrong with subject and preheader."""
    subject = printed.subject
    if not 1 <= len(subject.strip()) <= MAX_SUBJECT:
        yield rules.SUBJECT.finding(
            f"the subject has {len(subject.strip())} characters; write 1 to {MAX_SUBJECT}"
        )
    if any(unicodedata.category(char) in _CONTROLS for char in subject):
        yield rules.SUBJECT.finding("the subject holds a control character; take it out of the headline")
    if "=?" in subject:
        yield rules.ENCODED.finding("the subject holds =?, which a mail program would decode")
    if len(edition.preheader) not in PREHEADER_CHARACTERS:
        yield rules.PREHEADER.finding(
            f"the preheader has {len(edition.preheader)} characters; 40 to 130 are shown"
        )
    if edition.preheader.strip() == subject.strip():
        yield rules.PREHEADER.finding("the preheader repeats the subject; say something else")
