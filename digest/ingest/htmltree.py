"""A page's bytes into a tree, and small questions about its elements."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree, html
from lxml.html import HtmlElement

from digest.errors import ArticleUnreadable
from digest.ingest.plain import decode

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MAX_LD = 200


def parse_page(raw: bytes, charset: str = "") -> HtmlElement:
    """Parse a page: byte order mark, the server's charset, its own `meta`, UTF-8, Windows-1252.

    Raises:
        ArticleUnreadable: there is nothing in it.
    """
    text = _REFUSED.sub("", decode_page(raw, charset))
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    if not text.strip():
        raise ArticleUnreadable("the page is empty")
    try:
        return html.document_fromstring(text)
    except (etree.ParserError, ValueError) as error:
        raise ArticleUnreadable("the page holds no HTML that can be read") from error


def decode_page(raw: bytes, charset: str = "") -> str:
    """Return a page's text."""
    found = _CHARSET.search(raw[:4096])
    boms = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
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


def names(element: HtmlElement) -> str:
    """Return an element's classes and id, in lower case, divided by spaces."""
    return f"{element.get('class') or ''} {element.get('id') or ''}".lower()


def outside(element: HtmlElement) -> bool:
    """Say whether an element stands in the frame of the page: bars, asides, footers, comments."""
    for node in element.iterancestors():
        if node.tag == "article" and "comment" not in names(node):
            return any(
                _framing(inner) for inner in element.iterancestors() if inner in set(node.iterdescendants())
            )
        if _framing(node):
            return True
    return False


def _framing(node: HtmlElement) -> bool:
    if node.tag in {"aside", "footer", "nav"}:
        return True
    return bool(
        re.search(
            r"(?:^|[\s_-])(?:comments?|commentlist|sidebar|topbar|related|footer|rail|widget)(?:$|[\s_-])",
            names(node),
        )
    )
