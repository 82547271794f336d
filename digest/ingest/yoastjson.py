"""What the plugin Yoast tells of a post, for sites that hide what WordPress itself would tell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from digest.ingest.cms.fields import inside, line, names, rows

_HEAD = "yoast_head_json"
_MOST = 50


def yoast_authors(item: object) -> tuple[str, ...]:
    """Return the names of a post's authors."""
    told = names(inside(item, _HEAD, "author"), "name")
    written = (name for node in _nodes(item, "Article") for name in names(inside(node, "author"), "name"))
    people = (line(node, "name") for node in _nodes(item, "Person"))
    return told or tuple(dict.fromkeys(written)) or tuple(name for name in people if name)


def yoast_sections(item: object) -> tuple[str, ...]:
    """Return the names of a post's sections."""
    return tuple(name for node in _nodes(item, "Article") for name in names(inside(node, "articleSection")))


def yoast_picture(item: object) -> str:
    """Return the address of a post's picture; empty if none is told."""
    return line(item, _HEAD, "og_image", 0, "url")


def _nodes(item: object, kind: str) -> Iterator[Any]:
    """Yield the nodes of schema.org that are of a kind, or a narrower one: "NewsArticle".

    A Person that is an Organization too is the site's owner.
    """
    for node in rows(item, _HEAD, "schema", "@graph")[:_MOST]:
        kinds = names(inside(node, "@type"))
        if any(each.endswith(kind) for each in kinds) and "Organization" not in kinds:
            yield node
