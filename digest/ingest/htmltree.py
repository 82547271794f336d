"""A page's bytes into a tree, and small questions about its elements."""

from __future__ import annotations

import codecs
import json
import re
import unicodedata
from collections.abc import Iterator
from itertools import islice
from typing import Any

from lxml import etree, html
from lxml.html import HtmlElement

from digest.errors import ArticleUnreadable
from digest.ingest.plain import decode

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MULTIBYTE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
_FRAMES = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|sidebar|topbar|related|footer|rail|widget)(?:$|[\s_-])"
)
_SIGNS = re.compile(r"[\W_]+")
_RARE = 20
_MOST_ELEMENTS = 20_000
_MAX_LD = 200


def parse_page(raw: bytes, charset: str = "") -> HtmlElement:
    """Parse a page: by its mark, as UTF-8 if it is, as the server or its `meta` say, as Windows-1252.

    Raises:
        ArticleUnreadable: there is nothing in it.
    """
    text = _REFUSED.sub("", decode_page(raw, charset))
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    if not text.strip():
        raise ArticleUnreadable("the page is empty")
    try:
        return _cut_off(html.document_fromstring(text))
    except (etree.ParserError, ValueError) as error:
        raise ArticleUnreadable("the page holds no HTML that can be read") from error


def _cut_off(tree: HtmlElement) -> HtmlElement:
    """Remove what stands below more elements than any article has, so that no page takes minutes."""
    last = next(islice(tree.iter(), _MOST_ELEMENTS, None), None)
    if last is not None:
        for node in (last, *last.iterancestors()):
            for after in list(node.itersiblings()):
                node.getparent().remove(after)
        last.clear()
    return tree


def decode_page(raw: bytes, charset: str = "") -> str:
    """Return a page's text."""
    found = _CHARSET.search(raw[:4096])
    boms = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    if not raw.startswith(boms) and not raw.isascii():
        # No other charset is UTF-8 by chance; pages that say another, or hold one pasted line of it, abound.
        text = raw.decode("utf-8", "replace")
        bad = text.count("\ufffd") - raw.count(b"\xef\xbf\xbd")
        if bad * _RARE <= len(_MULTIBYTE.findall(raw)):
            return text
    for name in (charset, found[1].decode("ascii") if found else ""):
        if not name or raw.startswith(boms):
            continue
        try:
            known = codecs.lookup(name).name
            if known.startswith(("utf-16", "utf-32", "utf-7", "utf_7")):
                continue
            return raw.decode("cp1252" if known in {"iso8859-1", "ascii"} else known)
        except (LookupError, ValueError):
            continue
    return decode(raw)


def metas(tree: HtmlElement) -> dict[str, list[str]]:
    """Return the page's `meta` values by name, property or itemprop, in lower case."""
    found: dict[str, list[str]] = {}
    for node in tree.iter("meta"):
        value = (node.get("content") or "").strip()
        for attribute in ("property", "name", "itemprop"):
            key = (node.get(attribute) or "").strip().lower()
            if key and value:
                found.setdefault(key, []).append(value)
    return found


def linked_data(tree: HtmlElement) -> dict[str, Any]:
    """Return the page's JSON-LD article, references to other nodes filled in; empty if there is none."""
    nodes: list[dict[str, Any]] = []
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower() or not script.text:
            continue
        written = re.sub(r"^\s*(?:<!--|//\s*<!\[CDATA\[)|(?:-->|//\s*\]\]>)\s*$", "", script.text)
        try:
            nodes += list(_flat(json.loads(written.strip().rstrip(";"), strict=False)))
        except (ValueError, RecursionError):
            continue
    by_id = {str(node["@id"]): node for node in nodes[:_MAX_LD] if "@id" in node and len(node) > 1}
    for node in nodes[:_MAX_LD]:
        if any(re.search(r"(?:Article|Posting|Report|Review)$", kind) for kind in kinds(node)):
            return {key: _filled(value, by_id) for key, value in node.items()}
    return {}


def kinds(node: dict[str, Any]) -> list[str]:
    """Return the types of a JSON-LD node."""
    written = node.get("@type")
    return [str(kind) for kind in (written if isinstance(written, list) else [written]) if kind]


def _flat(data: Any) -> Iterator[dict[str, Any]]:
    if isinstance(data, list):
        for item in data[:_MAX_LD]:
            yield from _flat(item)
    elif isinstance(data, dict):
        yield data
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            if isinstance(data.get(key), (list, dict)):
                yield from _flat(data[key])


def _filled(value: Any, by_id: dict[str, dict[str, Any]]) -> Any:
    if isinstance(value, list):
        return [_filled(item, by_id) for item in value]
    if isinstance(value, dict) and set(value) == {"@id"}:
        return by_id.get(str(value["@id"]), value)
    return value


def bare(text: str) -> str:
    """Return nothing but the letters and digits of a text, in lower case."""
    return _SIGNS.sub("", unicodedata.normalize("NFC", text).casefold())


def texts(value: Any) -> list[str]:
    """Return the texts among what a JSON-LD field holds: one, a list of them, or something else."""
    return [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, str)]


def names(element: HtmlElement) -> str:
    """Return an element's classes and id, in lower case, divided by spaces."""
    return f"{element.get('class') or ''} {element.get('id') or ''}".lower()


def following(node: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the elements after one, in the order of the page."""
    for after in node.xpath("following::*"):
        if isinstance(after.tag, str) and after.tag not in {"script", "style"}:
            yield after


def outside(element: HtmlElement) -> bool:
    """Say whether an element stands in the frame of the page: bars, asides, footers, comments."""
    framed = False
    for node in element.iterancestors():
        if node.tag == "article" and "comment" not in names(node):
            return framed  # what frames the article as a whole is no frame within it
        framed = framed or framing(node)
    return framed


def framing(node: HtmlElement) -> bool:
    """Say whether an element is itself such a frame."""
    return node.tag in {"aside", "footer", "nav"} or framed_by_name(node)


def framed_by_name(node: HtmlElement) -> bool:
    """Say whether an element is such a frame by its class or id."""
    return bool(_FRAMES.search(names(node)))
