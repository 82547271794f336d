"""Judge a bounce: whose fault is it? Only a reader who is gone is vetoed; our own faults never are.

By the enhanced code (RFC 3463, and the bulk-sender codes of large providers), and where a server says
only "5.0.0" or contradicts itself, by its words.
"""

from __future__ import annotations

import re

from digest.bounces.arf import COMPLAINT
from digest.model.bounce import Bounce, BounceKind

_GONE = frozenset({"5.1.1", "5.1.6", "5.1.10", "5.1.3"})
_OUR_SUBJECTS = frozenset({"7"})
_OUR_CODES = frozenset(
    {"5.3.4", "5.6.0", "5.6.1", "5.6.2", "5.6.3", "5.5.0", "5.5.1", "5.5.2", "5.5.4", "5.1.8"}
)

# Words beat codes in this order: what is said of us comes first, since vetoing a reader for it is worst.
_WORDS: tuple[tuple[BounceKind, re.Pattern[str]], ...] = (
    (
        BounceKind.OUR_SIDE,
        re.compile(
            r"spam|blocked|block ?list|black ?list|reputation|policy|dmarc|\bspf\b|dkim|authenticat"
            r"|ptr record|reverse dns|relay(?:ing)? (?:denied|not permitted|access)|too large|size limit"
            r"|virus|malware|rate limit|too many (?:connections|recipients|messages)|unsolicited"
            r"|listed (?:at|in|on|by)|service refused|not rfc|duplicate header|sender (?:address )?rejected",
            re.IGNORECASE,
        ),
    ),
    (
        BounceKind.READER_TEMPORARY,
        re.compile(
            r"mailbox (?:is )?full|over ?quota|quota exceeded"
            r"|exceeded (?:its |the |storage )?(?:quota|allocation)|out of (?:storage|email storage)"
            r"|disk (?:full|quota)|insufficient (?:system )?storage|try again"
            r"|tempora|timed? ?out|grey ?list|suspended|inactive|disabled|not accepting|expired|delayed",
            re.IGNORECASE,
        ),
    ),
    (
        BounceKind.READER_GONE,
        re.compile(
            r"user ?unknown|unknown (?:user|recipient|address|local)"
            r"|no such (?:user|recipient|mailbox|address)"
            r"|(?:user|recipient|mailbox|address|account|email)[^.]{0,60}(?:does not exist|doesn'?t exist"
            r"|not found|not exist|unavailable or|is invalid|unknown)|invalid (?:recipient|mailbox|user)"
            r"|recipient(?: address)? rejected: (?:user|undeliverable|unknown)|has moved|no mailbox"
            r"|not a (?:known|valid) (?:user|mailbox|recipient)|no longer (?:available|valid|active|here)",
            re.IGNORECASE,
        ),
    ),
)


def judge(bounce: Bounce) -> BounceKind:
    """Return whose fault a bounce is.

    4.x.x and delays are temporary. Of the permanent codes, only those that say "there is no such
    mailbox" (5.1.1 and its kin), or words that do, make a reader gone: everything doubtful is temporary.
    """
    if bounce.action == COMPLAINT:
        return BounceKind.COMPLAINT
    klass, _, rest = bounce.status.partition(".")
    subject = rest.partition(".")[0]
    said = next((kind for kind, words in _WORDS if words.search(bounce.diagnostic)), None)
    if said is BounceKind.OUR_SIDE or subject in _OUR_SUBJECTS or bounce.status in _OUR_CODES:
        return BounceKind.OUR_SIDE
    if klass == "4" or bounce.action == "delayed" or said is BounceKind.READER_TEMPORARY:
        return BounceKind.READER_TEMPORARY
    if bounce.status in _GONE or said is BounceKind.READER_GONE:
        return BounceKind.READER_GONE
    return BounceKind.READER_TEMPORARY
