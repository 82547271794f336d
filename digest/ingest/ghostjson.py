"""Ghost's JSON into stories."""

from __future__ import annotations

import html
from typing import Any

from digest.errors import SourceError
from digest.ingest.cms.fields import LINE, first, flag, inside, line, moment, names, rows, table, text
from digest.ingest.cms.story import Story
from digest.ingest.entries import Entry
from digest.model.article import Image

_HERE = "__GHOST_URL__"
"""What Ghost keeps for its own address, and some of its answers forget to fill in."""


def read_posts(data: object) -> list[Any]:
    """Return the posts of an answer; raises `SourceError` if it holds none."""
    posts = inside(data, "posts")
    if not isinstance(posts, list):
        raise SourceError("the site answered JSON without a list of posts; look whether it is a Ghost site")
    return posts


def story_of(item: object, *, site: str) -> Story:
    """Turn a post into a story; `site` is the site's address, without a last slash."""
    content = text(item, "html").replace(_HERE, site)
    own = line(item, "custom_excerpt")
    return Story(
        entry=Entry(
            headline=_escaped(line(item, "title")),
            link=line(item, "url").replace(_HERE, site),
            guid=first(item, ("id",), ("uuid",)),
            dates=(moment(line(item, "published_at")),),
            updated=moment(line(item, "updated_at")),
            authors=names(inside(item, "authors"), "name") or names(inside(item, "primary_author"), "name"),
            categories=_sections(item),
            content=content,
            summary=_escaped(own or ("" if content else line(item, "excerpt"))),
            images=_images(item, site),
            language=first(item, ("locale",), ("lang",)),
        ),
        editors_pick=flag(item, "featured"),
        withheld=inside(item, "access") is False,
        status=line(item, "status"),
    )


def _sections(item: object) -> tuple[str, ...]:
    """Return the names of the tags, the primary one first; tags with a # are for the makers only."""
    tags = (table(item, "primary_tag"), *rows(item, "tags")[:50])
    return tuple(
        line(tag, "name")
        for tag in tags
        if line(tag, "visibility") != "internal" and not line(tag, "name").startswith("#")
    )


def _images(item: object, site: str) -> tuple[Image, ...]:
    url = line(item, "feature_image").replace(_HERE, site)
    if not url:
        return ()
    return (
        Image(
            url=url,
            alt=_escaped(line(item, "feature_image_alt")),
            caption=line(item, "feature_image_caption"),
        ),
    )


def _escaped(written: str) -> str:
    """Return plain text as markup: Ghost escapes none of its lines."""
    return html.escape(written[:LINE], quote=False)
