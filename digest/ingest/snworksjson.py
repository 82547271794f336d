"""SNworks' JSON into stories; both its ways of writing times and wrapping lists are read."""

from __future__ import annotations

import re
from typing import Any

from digest.errors import SourceError
from digest.ingest.cms.fields import LINE, count, first, flag, inside, line, moment, names, table, text
from digest.ingest.cms.listing import Page
from digest.ingest.cms.story import Story
from digest.ingest.dates import read_moment
from digest.ingest.entries import Entry
from digest.ingest.links import clean_link
from digest.ingest.phrases import split_credit
from digest.model.article import Image

_PICTURES = frozenset({"jpg", "jpeg", "png", "gif", "webp"})
_UUID = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{7,63}")
_MEDIA = re.compile(
    r"(?:snworksceo\.imgix\.net|snwceomedia\.s3\.amazonaws\.com|s3\.amazonaws\.com(?:\\?/)snwceomedia)"
    r"(?:\\?/)([A-Za-z0-9][A-Za-z0-9_-]{0,39})(?:\\?/)[0-9A-Za-z-]{8,64}\."
)
_SLUG = re.compile(r"[^\s/?#\\]{1,300}")
_NOT_PUBLIC = frozenset({"draft", "unpublished", "deleted", "private", "pending", "embargoed"})
_SIDE = 1000
"""Pixels: the longer side of the size that SNworks keeps of every picture."""


def read_listing(data: object) -> tuple[Page, str]:
    """Return a page of a section and the section's title; raises `SourceError` for anything else."""
    page = _unwrapped(data, "articles")
    if not isinstance(page.get("articles"), list):
        raise SourceError(
            "the site answered JSON without a list of articles; look whether it is an SNworks site"
        )
    numbers = table(page, "pagination")
    title = first(page, ("section", "title"), ("section", "name"), ("section", 0, "title"))
    return Page(page["articles"], last=count(numbers, "last"), total=count(numbers, "total")), title


def read_article(data: object) -> dict[str, Any]:
    """Return the one article of an answer; raises `SourceError` if there is none."""
    page = _unwrapped(data, "article")
    found = table(page, "article") or table(page, "article", 0) or (page if "headline" in page else {})
    if not found:
        raise SourceError("the site answered JSON without an article; look whether it is an SNworks site")
    return found


def story_of(item: object, *, root: str, section: str, media: str, width: int) -> Story:
    """Turn an article of SNworks into a story.

    Args:
        item: the article's JSON.
        root: the site's address, without a last slash.
        section: title of the section in whose listing it stood.
        media: the site's name at SNworks' picture host; without it, only pictures with an address are read.
        width: pixels that pictures should have.
    """
    item = table(item, "article") or item
    published = _published(item)
    return Story(
        entry=Entry(
            headline=first(item, ("headline",), ("title",)),
            subhead=line(item, "subhead"),
            link=_link(item, root, published),
            guid=first(item, ("uuid",), ("id",)),
            dates=(published,),
            updated=moment(first(item, ("modified_at",), ("modified",), ("updated_at",))),
            authors=names(inside(item, "authors"), "name", "display_name"),
            categories=(section, *names(inside(item, "tags"), "name", "title")),
            content=text(item, "content"),
            summary=text(item, "abstract")[: 5 * LINE],
            images=_images(table(item, "dominantMedia"), media, width),
            language=first(item, ("language",), ("lang",)),
        ),
        correction=_custom(item, "correction", "corrections"),
        editors_pick=any(flag(item, key) for key in ("is_featured", "featured", "editors_pick", "is_pinned"))
        or bool(count(item, "weight")),
        status=_taken_back(item),
    )


def media_of(body: bytes) -> str:
    """Return the site's name at SNworks' picture host, as any picture on a page or in JSON tells it."""
    found = _MEDIA.search(body.decode("utf-8", "replace"))
    return found[1] if found else ""


def lacks_media(item: object) -> bool:
    """Say whether an article has a picture of which only the host's file name is told."""
    picture = table(table(item, "article") or item, "dominantMedia")
    return bool(_file_of(picture)) and not _address(picture)


def _unwrapped(data: object, key: str) -> dict[str, Any]:
    """Return the object that holds a key, out of the list some sites wrap round it."""
    if isinstance(data, list):
        whole = next((each for each in data if isinstance(each, dict) and key in each), None)
        return whole or ({"articles": data} if key == "articles" else table(data, 0))
    return table(data)


def _published(item: object) -> str:
    """Return when it was published; on some sites `published` is a time, on others only a flag."""
    return moment(first(item, ("published_at",), ("published",)))


def _taken_back(item: object) -> str:
    """Return how an article is no longer published; sites have words of their own for those that are."""
    status = line(item, "status").strip().lower()
    return status if status in _NOT_PUBLIC else ""


def _link(item: object, root: str, published: str) -> str:
    """Return an article's address: as it says itself, else made of its month and slug."""
    told = first(item, ("url",), ("link",), ("permalink",))
    slug = line(item, "slug").strip("/ ")
    day = read_moment(published)
    if told or not _SLUG.fullmatch(slug) or day is None:
        return told
    return f"{root}/article/{day.year}/{day.month:02}/{slug}"


def _custom(item: object, *keys: str) -> str:
    return first(item, *((key,) for key in keys), *(("custom_fields", key) for key in keys))


def _images(picture: dict[str, Any], media: str, width: int) -> tuple[Image, ...]:
    kind = line(picture, "type").strip().lower()
    name, url = _file_of(picture), _address(picture)
    own = media_of(url.encode()) if url else media
    if name and own:
        url = f"https://snworksceo.imgix.net/{own}/{name}?w={min(width, _SIDE)}&fit=max"
    if not url or kind not in {"", "image", "photo"}:
        return ()
    return (
        Image(
            url=url,
            alt=first(picture, ("alt_text",), ("alt",)),
            caption=line(picture, "content"),
            credit=", ".join(
                split_credit(name)[1] or name for name in names(inside(picture, "authors"), "name")
            ),
        ),
    )


def _file_of(picture: dict[str, Any]) -> str:
    """Return a picture's file at SNworks' picture host; empty for what is no picture."""
    uuid = line(picture, "attachment_uuid").strip()
    ending = line(picture, "extension").strip(". ").lower()
    if not _UUID.fullmatch(uuid) or ending not in _PICTURES:
        return ""
    return f"{uuid}.sized-{_SIDE}x{_SIDE}.{ending}"


def _address(picture: dict[str, Any]) -> str:
    """Return where a picture says that it lies; empty if that is no picture's address."""
    told = first(picture, ("sourceURL",), ("source_url",), ("url",))
    link = clean_link(told) or ""
    return link if link.partition("?")[0].rpartition(".")[2].lower() in _PICTURES else ""
