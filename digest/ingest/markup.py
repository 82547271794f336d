"""Text out of markup: of an element, of a field that may hold tags."""

# Lists of words are easier to read and to add to as words.
# ruff: noqa: SIM905

from __future__ import annotations

import re
from html import unescape

from lxml import etree
from lxml.html import HtmlElement

from digest.ingest.plain import tidy

HEADS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BLOCKS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure "
    "footer form header hr html li main ol p pre section summary table tbody td tfoot th thead tr ul "
    "caption".split()
)
_SILENT = frozenset({"script", "style", "noscript", "template"})
_TAG = re.compile(r"</?(?:[a-zA-Z][a-zA-Z0-9]*)(?:\s[^<>]*)?/?>")
_MARKED = re.compile(
    r"</?(?:p|div|br|a|img|b|i|u|strong|em|span|script|style|iframe|h[1-6]|ul|li)\b[^<>]*>", re.IGNORECASE
)


def unescaped(markup: str) -> str:
    """Return markup that was escaped once too often as it was meant; other markup as it is."""
    return unescape(markup) if not _MARKED.search(markup) and _MARKED.search(unescape(markup)) else markup


def plain(markup: str) -> str:
    """Return a line of text from a field that may hold markup: a headline, a summary, a name."""
    text = unescape(markup)
    if _MARKED.search(unescape(text)):
        text = unescape(text)
    # A zero-width sign inside a tag's name would hide it: tidied before tags are looked for.
    return tidy(
        without_tags(re.sub(r"(?is)<(script|style)\b.*?(?:</\1>|$)|<!--.*?(?:-->|$)", " ", tidy(text)))
    )


def without_tags(text: str) -> str:
    """Strip what looks like tags, also those that appear when others are stripped; "a < b" stays."""
    while True:
        stripped = _TAG.sub(" ", text)
        if stripped == text:
            return text
        text = stripped


def text_of(element: HtmlElement) -> str:
    """Return the text of an element without that of scripts and styles, tidied."""
    parts: list[str] = []
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            quiet = node.tag in _SILENT or not isinstance(node.tag, str)
            if not quiet:
                parts.append(node.text or "")
        elif node is not element:
            parts.append(node.tail or "")
        if event == "end" and node.tag in BLOCKS | HEADS | {"br"}:
            parts.append(" ")
    return tidy("".join(parts))
