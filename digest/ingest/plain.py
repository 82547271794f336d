"""Plain text: bytes into text, text into tidy lines. Nothing here knows about articles."""

# The quotation marks and dashes of newspapers are what is read here.
# ruff: noqa: RUF001

from __future__ import annotations

import codecs
import re

from digest.errors import ArticleUnreadable

# Controls, soft hyphens, zero-width spaces, byte order marks, bidi overrides and isolates (an unbalanced
# one turns the rest of a page), annotation and tag characters, lone surrogates, non-characters.
_REMOVED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u202a-\u202e\u2060-\u2069\ud800-\udfff"
    "\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
_COMBINING = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_FLOOD = re.compile(f"([{_COMBINING}]{{4}})[{_COMBINING}]+")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_QUOTES = {"“": "”", "‘": "’", '"': '"', "'": "'", "«": "»", "„": "“", "”": "”"}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL_SHARE = 0.02


def tidy(text: str) -> str:
    """Return one line: controls gone, every run of white space (NBSP too) one space, ends stripped."""
    return " ".join(_FLOOD.sub(r"\1", _REMOVED.sub("", text)).split())


def lines_of(text: str) -> list[str]:
    """Return the lines, whichever way they end; their indents are kept."""
    return _LINE_ENDS.sub("\n", text).split("\n")


def unquote(line: str) -> str:
    """Strip quotation marks that stand round a whole line and nowhere else in it."""
    closing = _QUOTES.get(line[:1])
    if closing is None or len(line) < 3 or line[-1] != closing:  # noqa: PLR2004 # two marks and a letter
        return line
    inside = line[1:-1]
    # An apostrophe inside a word is no mark; two quoted titles in one line keep theirs.
    bare = re.sub(r"(?<=\w)['’](?=\w)", "", inside)
    return line if line[0] in bare or closing in bare else inside.strip()


def words(text: str) -> int:
    """Count the words."""
    return len(text.split())


def decode(raw: bytes) -> str:
    """Read a text file as UTF-8, UTF-16, UTF-32 (with their marks) or Windows-1252.

    Raises `ArticleUnreadable` for bytes that are no text in any of them.
    """
    text = _decoded(raw)
    strange = sum(1 for sign in text[:20_000] if sign < " " and sign not in "\t\n\r\x0b\x0c\x1a")
    if strange > max(2, _CONTROL_SHARE * min(len(text), 20_000)):
        raise ArticleUnreadable("this is no text file; save the article as plain text in UTF-8")
    return text


def _decoded(raw: bytes) -> str:
    for mark, name in _BOMS:
        if raw.startswith(mark):
            return raw[len(mark) :].decode(name, "replace")
    sample = raw[:2000]
    half = len(sample) // 2
    if half and sample[1::2].count(0) > 0.4 * half:  # Western text is mostly below U+0100
        return raw.decode("utf-16-le", "replace")
    if half and sample[0::2].count(0) > 0.4 * half:
        return raw.decode("utf-16-be", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def language_of(written: object) -> str | None:
    """Return a language tag as BCP 47 writes it ("en-us" → "en-US"); None for anything else."""
    text = str(written or "").strip().replace("_", "-")
    if not re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}", text):
        return None
    first, *rest = text.split("-")
    return "-".join([first.lower(), *(p.upper() if len(p) == 2 else p for p in rest)])  # noqa: PLR2004 # a region
