"""JSON Feed 1.0 and 1.1 into entries, by the standard library; feedparser reads none of it."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from digest.errors import SourceError
from digest.ingest.entries import Entry
from digest.ingest.feedxml import Parsed
from digest.model.article import Image

MAX_NODES = 200_000
"""So many objects and lists are read: each takes some 100 bytes, however short it is written."""


def parse_json(text: str) -> Parsed:
    """Parse a JSON Feed's text; raises `SourceError` if it is none."""
    if text.count("{") + text.count("[") > MAX_NODES:
        raise SourceError(f"the feed has more than {MAX_NODES:,} parts; nobody writes such a feed")
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourceError("the feed is no valid JSON; ask its makers to validate it") from error
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise SourceError("this JSON is no feed: it has no list of items")
    items = feed["items"]
    language = _text(feed, "language")
    shared = _people(feed)
    return Parsed(
        (_entry(item if isinstance(item, dict) else {}, language, shared) for item in items),
        len(items),
        links=tuple(_links(feed)),
    )


def _links(feed: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "self", _text(feed, "feed_url")
    hubs = feed.get("hubs")
    for hub in hubs if isinstance(hubs, list) else []:
        if isinstance(hub, dict) and _text(hub, "type").lower() == "websub":
            yield "hub", _text(hub, "url")


def _entry(item: dict[str, Any], language: str, shared: tuple[str, ...]) -> Entry:
    content = _text(item, "content_html")
    if not content:
        parts = re.split(r"\n\s*\n", _text(item, "content_text"))
        content = "".join(f"<p>{html.escape(part)}</p>" for part in parts if part.strip())
    url = _text(item, "url") or _text(item, "external_url")
    tags = item.get("tags")
    alt = _text(item, "_image_alt")
    images = (
        Image(url=_text(item, name), alt=alt) for name in ("image", "banner_image") if _text(item, name)
    )
    attached = item.get("attachments")
    pictures = (
        Image(url=_text(a, "url"), alt=_text(a, "title"))
        for a in (attached if isinstance(attached, list) else [])
        if isinstance(a, dict) and _text(a, "mime_type").startswith("image/")
    )
    return Entry(
        headline=html.escape(_text(item, "title"), quote=False),
        link=url,
        guid=_text(item, "id"),
        dates=tuple(filter(None, (_text(item, "date_published"), _text(item, "date_modified")))),
        updated=_text(item, "date_modified"),
        authors=_people(item) or shared,
        categories=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
        content=content,
        summary=html.escape(_text(item, "summary"), quote=False),
        images=(*images, *pictures),
        language=_text(item, "language") or language,
    )


def _people(data: dict[str, Any]) -> tuple[str, ...]:
    people = data.get("authors")
    found = [*(people if isinstance(people, list) else []), data.get("author")]
    return tuple(
        _text(person, "name") for person in found if isinstance(person, dict) and _text(person, "name")
    )


def _text(data: dict[str, Any], key: str) -> str:
    """Return a text; numbers, which some feeds write for an id, become one."""
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return str(value)
