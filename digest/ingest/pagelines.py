"""Lines that pages set among an article's paragraphs, beyond those that any source may hold.

Each rule asks for a short block that is wholly such a line: a story about advertising keeps its sentences.
"""

# Letters of other scripts are what is read here.

from __future__ import annotations

import re

from digest.ingest.phrases import judge
from digest.ingest.plain import words
from digest.model.article import DroppedKind

_I = re.IGNORECASE
LONGEST = 5_000
_MONEY = re.compile(r"\b(?:affiliate|advertisers?|advertising|sponsors?|partners?)\b", _I)
_DISCLOSED = re.compile(
    r"\b(?:compensat\w+|commissions?|provision(?:en)?|disclosures?|advertis\w+ policy|affiliate[ -]links?)\b",
    _I,
)
_SPEECH = re.compile(r"[“”\"„]|\b(?:said|told|says|wrote)\b", _I)
_ASKS = re.compile(
    r"\b(?:sign up|click|register|apply|subscribe|join|donate|download it|read more|learn more) "
    r"(?:here|now|below|today)\b|\bwould you consider supporting\b|\bdownload\b.{1,40}\bapps?\b|"
    r"\b(?:cancel any ?time|cancela cuando quieras)\b",
    _I,
)
_ELSEWHERE = re.compile(
    r"^\W*(?:auch interessant|das könnte (?:dich|sie|ihnen|dir) auch\b.*|lesen sie (?:auch|mehr)|lies auch|"
    r"mehr (?:zum thema|dazu|lesen)|weitere (?:informationen|artikel|beiträge|themen|nachrichten)\b.*|"
    r"beiträge aus\b.*|ähnliche (?:beiträge|artikel)|(?:contenido|artículos|noticias|notas) relacionad[oa]s?|"
    r"(?:à lire (?:aussi|également)|lire aussi|sur le même sujet)|leggi anche|lees ook|leia (?:também|mais)|"
    r"(?:most|also) (?:read|popular|viewed)|"
    r"(?:top|latest|recent|popular|featured|trending) (?:stories|posts|articles|news)|"
    r"about the (?:author|writer)s?|über de[nr] autor(?:in)?|share this\b.*|be sociable\b.*|teilen|"
    r"table of contents|inhaltsverzeichnis)\W*$",
    _I,
)
_CREDIT = re.compile(
    r"^\W*(?:(?:beitrags|titel|symbol|teaser|archiv)?(?:bild|foto)s?(?:quellen?|nachweise?|rechte)?|quelle|fuente|"
    r"foto di|crédits? photos?|(?:image|photo|picture) (?:source|credits?))\s*:",
    _I,
)
_ADDRESS = re.compile(r"^(?:https?://)?(?:www\.)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,6}/?$", _I)
_TO_COMMENT = re.compile(
    r"\b(?:log(?:ged)? ?in|sign(?:ed)? in|register(?:ed)?|eingeloggt|angemeldet|einloggen|anmelden)\b.*"
    r"\b(?:comment(?:s|ing)?|kommentare?|kommentieren|antworten)\b",
    _I,
)
_CUT_OFF = re.compile(r"(?:\[\s*(?:…|\.{3})\s*\]|\bcontinue reading\b.{0,60})\W*$", _I)
_REACH = re.compile(r"\b(?:follow (?:us|me|him|her|them)|folgt mir|on (?:instagram|twitter|facebook))\b", _I)
_WHO = re.compile(
    r"\b(?:is|was|are|ist|works?|has (?:been|written|worked)|gründer(?:in)?|author|founder|writes)\b", _I
)


def page_kind(text: str) -> DroppedKind | None:  # noqa: PLR0911 # one kind, one answer
    """Say why a tidy block of a page is no part of its article; None if it may be."""
    if len(text) > LONGEST:  # not one word of millions of signs either
        return None
    if (kind := judge(text)) is not None:
        return kind
    count = words(text)
    if count > 60:  # noqa: PLR2004 # a line, not a story
        return None
    if _ELSEWHERE.search(text):
        return DroppedKind.RELATED
    if _MONEY.search(text) and _DISCLOSED.search(text) and not _SPEECH.search(text):
        return DroppedKind.PROMO
    if count <= 30 and _CREDIT.search(text):  # noqa: PLR2004 # a name, perhaps what it shows
        return DroppedKind.CAPTION
    if count <= 30 and _ASKS.search(text) and not _SPEECH.search(text):  # noqa: PLR2004 # a call
        return DroppedKind.PROMO
    if count <= 20 and _TO_COMMENT.search(text):  # noqa: PLR2004 # an invitation
        return DroppedKind.MARKUP
    if _ADDRESS.match(text):
        return DroppedKind.PROMO
    return DroppedKind.RELATED if _CUT_OFF.search(text) else None


def is_blurb(text: str) -> bool:
    """Say whether a block at the end is about the writer and where to reach them."""
    return words(text) <= 80 and bool(_REACH.search(text) and _WHO.search(text)) and not _SPEECH.search(text)  # noqa: PLR2004
