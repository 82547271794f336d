"""The size: Gmail clips HTML behind about 102,000 bytes, and hides the unsubscribe link with it."""

from __future__ import annotations

from collections.abc import Iterator

from digest.checks import rules
from digest.model.edition import PrintedEdition
from digest.model.finding import Finding
from digest.model.marks import Mark

CLIP = 102_000
HEAVY = 80_000


def check_size(printed: PrintedEdition) -> Iterator[Finding]:
    """Yield what is too large; bytes of the decoded HTML."""
    raw = printed.html.encode()
    if len(raw) > CLIP:
        yield rules.CLIPPED.finding(f"the HTML has {len(raw):,} bytes and is clipped; lower max_stories")
    elif len(raw) > HEAVY:
        yield rules.HEAVY.finding(f"the HTML has {len(raw):,} bytes; lower max_stories before it is clipped")
    if raw.find(Mark.UNSUBSCRIBE.value.encode()) > CLIP:
        yield rules.FOOTER.finding("the unsubscribe link lies where Gmail clips; lower max_stories")
