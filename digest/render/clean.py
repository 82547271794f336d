"""Make text fit to print: whatever a headline holds, an edition holds words and checked links only.

Sources have been cleaned of markup before; this is about characters. Controls, line and paragraph
separators and lone surrogates break headers and pages; bidirectional controls turn the text behind
them around; `=?` opens an encoded word in a header and `{{` looks like a template that failed.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from digest.model.article import Image
from digest.model.edition import Brief, Correction, Edition, Section, Summary
from digest.model.marks import MARK_HOST

MAX_HEADLINE = 240
MAX_LINK = 900  # a link stands on a line of its own in the text part: 998 bytes at most (RFC 5322 2.1.1)
_MAX_LINE = 160  # bylines, section names, credits
_MAX_TEXT = 1500  # summaries, corrections, captions
_MAX_COMBINING = 6
# Soft hyphens, bidirectional controls, zero-width spaces, invisible operators, annotations, non-characters.
_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff"
    "\ud800-\udfff]"
)
_BREAKS = re.compile("[\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
# Combining marks are no letters: where no seven signs stand in a row, there is no flood of them.
_MAYBE_FLOOD = re.compile(r"[^\w\s]{7}")
_MARK = re.compile(re.escape(urlsplit(MARK_HOST).netloc), re.IGNORECASE)
_HOST = re.compile(r"[A-Za-z0-9._:-]+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_JOINERS = frozenset("\u200d\ufe0e\ufe0f")
_SAFE_IN_PATH = "/%:@!$*()+,;=~-._"
_SAFE_IN_QUERY = _SAFE_IN_PATH + "?&[]"


def one_line(text: str) -> str:
    """Return the text on one line, with every run of blanks as one space and nothing that cannot be seen."""
    line = _BREAKS.sub(" ", _UNSEEN.sub("", text)).strip()
    line = _MARK.sub("mark-digest-invalid", line)
    line = line.replace("=?", "= ?").replace("{{", "{ {").replace("{{", "{ {").replace("{%", "{ %")
    line = line.replace("}}", "} }").replace("}}", "} }").replace("%}", "% }")
    return _thin_out(line) if _MAYBE_FLOOD.search(line) else line


def cut(text: str, limit: int) -> str:
    """Return at most `limit` characters of the text, cut between words, never inside a grapheme."""
    if len(text) <= limit:
        return text
    end = limit - 1
    space = text.rfind(" ", limit * 2 // 3, end + 1)
    if space > 0:
        end = space
    while end > 0 and not _ends_a_grapheme(text, end):
        end -= 1
    return text[:end].rstrip(" ,;:\N{EN DASH}\N{EM DASH}-") + "…"


def text_direction(text: str, default: str = "ltr") -> str:
    """Return `rtl` or `ltr`, by the first strong character (Unicode Annex 9, P2)."""
    for char in text:
        bidi = unicodedata.bidirectional(char)
        if bidi in {"R", "AL"}:
            return "rtl"
        if bidi == "L":
            return "ltr"
    return default


def safe_link(url: str | None) -> str | None:
    """Return a web or mail address as plain ASCII, or None for anything else.

    Refused are other schemes, addresses without a host or with a user name in front of it, our own
    marks, and what is too long for a line.
    """
    if not url or _UNSEEN.search(url) or _BREAKS.search(url.strip()):
        return None
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    except ValueError:  # a UnicodeError is one too
        return None
    path, query = quote(parts.path, safe=_SAFE_IN_PATH), quote(parts.query, safe=_SAFE_IN_QUERY)
    if parts.scheme == "mailto":
        whole = urlunsplit(("mailto", "", path, query, ""))
        return whole if "@" in path and len(whole) <= MAX_LINK and not _names_a_mark(whole) else None
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc:
        return None
    if not _HOST.fullmatch(host):
        return None
    if ":" in host:
        host = f"[{host}]"
    fragment = quote(parts.fragment, safe=_SAFE_IN_QUERY)
    whole = urlunsplit((parts.scheme, host + port, path, query, fragment))
    return whole if len(whole) <= MAX_LINK and not _names_a_mark(whole) else None


def _names_a_mark(link: str) -> bool:
    """Say whether a mark stands anywhere in a link, where it would hand a reader's token to strangers."""
    for _ in range(4):
        if _MARK.search(link):
            return True
        link, before = unquote(link), link
        if link == before:
            return False
    return True


def clean_edition(edition: Edition) -> Edition:
    """Return the edition with every text on one line and every link checked.

    A brief without a headline takes its first sentence, and is left out if it has none either.
    """
    lead = _clean_briefs((edition.lead,)) if edition.lead else ()
    sections = (
        Section(name=cut(one_line(section.name), _MAX_LINE), briefs=_clean_briefs(section.briefs))
        for section in edition.sections
    )
    return dataclasses.replace(
        edition,
        subject=one_line(edition.subject),
        preheader=one_line(edition.preheader),
        lead=lead[0] if lead else None,
        sections=tuple(section for section in sections if section.briefs),
        headlines=_clean_briefs(edition.headlines),
        corrections=tuple(
            Correction(
                headline=cut(one_line(c.headline), MAX_HEADLINE),
                url=safe_link(c.url),
                text=cut(one_line(c.text), _MAX_TEXT),
            )
            for c in edition.corrections
        ),
    )


def _clean_briefs(briefs: tuple[Brief, ...]) -> tuple[Brief, ...]:
    return tuple(brief for brief in map(_clean_brief, briefs) if brief.headline)


def _clean_brief(brief: Brief) -> Brief:
    spans = (
        dataclasses.replace(span, text=cut(one_line(span.text), _MAX_TEXT)) for span in brief.summary.spans
    )
    summary = Summary(spans=tuple(span for span in spans if span.text))
    headline = one_line(brief.headline) or summary.text
    language = brief.language if brief.language and _LANGUAGE.fullmatch(brief.language) else None
    return dataclasses.replace(
        brief,
        headline=cut(headline, MAX_HEADLINE),
        summary=summary,
        url=safe_link(brief.url),
        byline=cut(one_line(brief.byline), _MAX_LINE),
        section=cut(one_line(brief.section), _MAX_LINE),
        image=_clean_image(brief.image, headline) if brief.image else None,
        language=language,
    )


def _clean_image(image: Image, headline: str) -> Image | None:
    url = safe_link(image.url)
    if url is None or not url.startswith("http"):
        return None
    caption = cut(one_line(image.caption), _MAX_TEXT)
    cleaned = dataclasses.replace(
        image,
        url=url,
        alt=cut(one_line(image.alt) or caption or headline, _MAX_TEXT),
        credit=cut(one_line(image.credit), _MAX_LINE),
        caption=caption,
    )
    return cleaned if cleaned.printable else None


def _thin_out(line: str) -> str:
    kept: list[str] = []
    run = 0
    for char in line:
        run = run + 1 if unicodedata.category(char) in {"Mn", "Me"} else 0
        if run <= _MAX_COMBINING:
            kept.append(char)
    return "".join(kept)


def _ends_a_grapheme(text: str, end: int) -> bool:
    following, before = text[end], text[end - 1]
    if following in _JOINERS or before == "\u200d" or unicodedata.category(following).startswith("M"):
        return False
    if "\U0001f3fb" <= following <= "\U0001f3ff" or "\U000e0020" <= following <= "\U000e007f":
        return False
    flags = 0  # a flag is a pair of regional indicators: cut only after whole pairs
    while flags < end and "\U0001f1e6" <= text[end - 1 - flags] <= "\U0001f1ff":
        flags += 1
    return flags % 2 == 0 or not "\U0001f1e6" <= following <= "\U0001f1ff"
