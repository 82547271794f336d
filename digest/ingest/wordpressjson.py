"""WordPress' JSON into stories: what its core tells, and what plugins for newspapers add."""

# Lists of words are easier to read and to add to as words.
# ruff: noqa: SIM905

from __future__ import annotations

import re
from typing import Any

from digest.errors import SourceError
from digest.ingest.cms.fields import (
    LINE,
    Path,
    count,
    first,
    flag,
    inside,
    line,
    moment,
    names,
    rows,
    table,
    text,
)
from digest.ingest.cms.story import Story
from digest.ingest.entries import Entry
from digest.ingest.markup import plain
from digest.ingest.yoastjson import yoast_authors, yoast_picture, yoast_sections
from digest.model.article import Image

_PLACES = ("meta", "acf", "custom_fields", "newspack_settings")
_SUBTITLES = tuple(
    "wps_subtitle newspack_post_subtitle secondary_title secondary-title _secondary_title subtitle "
    "subheadline sub_headline subhead deck dek kicker_subtitle".split()
)
_CREDITS = tuple("media_credit _media_credit newspack_media_credit photo_credit credit photographer".split())
_PRIMARY = (
    ("meta", "_yoast_wpseo_primary_category"),
    ("_yoast_wpseo_primary_category",),
    ("yoast_primary_category",),
    ("meta", "rank_math_primary_category"),
    ("rank_math_primary_category",),
    ("primary_category", "term_id"),
    ("primary_category", "id"),
    ("primary_category",),
)
_NAMES = ("display_name", "displayName", "name")
_BROADEST = 2000
"""Pixels: a newsletter shows no picture that is broader, not even on the finest screen."""
_SAME_SHAPE = 0.03
_OPENING = 12


def read_post(data: object) -> dict[str, Any]:
    """Return the one post of an answer; raises `SourceError` if there is none."""
    post = table(data)
    if "id" not in post and "title" not in post:
        raise SourceError("the site answered JSON without a post; look whether it is a WordPress site")
    return post


def story_of(item: object, *, site: str) -> Story:
    """Turn a post into a story; `site` is the site's address, without a last slash."""
    content = _rendered(item, "content")
    excerpt = _rendered(item, "excerpt")[: 5 * LINE]
    return Story(
        entry=Entry(
            headline=first(item, ("title", "rendered"), ("title",)),
            subhead=_custom(item, *_SUBTITLES) or _any_subtitle(item),
            link=line(item, "link"),
            guid=_guid(item, site),
            dates=(moment(line(item, "date_gmt")), line(item, "date")),
            updated=moment(line(item, "modified_gmt")),
            authors=_authors(item),
            categories=_categories(item),
            content=content,
            summary="" if _is_beginning(excerpt, content) else excerpt,
            images=_images(item),
            language=first(item, ("lang",), ("wpml_current_locale",), ("yoast_head_json", "og_locale")),
        ),
        correction=_custom(item, "correction", "corrections"),
        editors_pick=flag(item, "sticky"),
        locked=flag(item, "content", "protected"),
        status=line(item, "status"),
    )


def number_of(guid: str) -> str:
    """Return a post's number, which its guid holds; empty if it holds none."""
    found = re.search(r"[?&]p=([0-9]{1,18})(?![0-9])", guid)
    return found[1] if found else ""


def _guid(item: object, site: str) -> str:
    """Return what stays the same when title, slug and address change, and names the post's number.

    Posts that were imported may carry the number they had elsewhere, or none.
    """
    number = line(item, "id")
    told = first(item, ("guid", "rendered"), ("guid",)).replace("&#038;", "&").replace("&amp;", "&").strip()
    return told if not number.isdigit() or number_of(told) == number else f"{site}/?p={number}"


def _rendered(item: object, key: str) -> str:
    return text(item, key, "rendered") or text(item, key)


def _is_beginning(excerpt: str, content: str) -> bool:
    """Say whether an excerpt is nothing but the body's first words, as WordPress makes it by itself."""
    opening = _letters(" ".join(plain(excerpt[:LINE]).split()[:_OPENING]))
    return bool(content) and opening in _letters(plain(content[:10_000]))


def _letters(written: str) -> str:
    return re.sub(r"[\W_]", "", written).casefold()


def _custom(item: object, *keys: str) -> str:
    """Return the first of some fields that says something, of the post's own or of a plugin's."""
    paths: list[Path] = [(key,) for key in keys]
    paths += [(place, key) for place in _PLACES for key in keys]
    paths += [(*path, 0) for path in paths]
    return first(item, *paths)


def _any_subtitle(item: object) -> str:
    """Return a subtitle of a theme's own making: a field such as `mytheme_subtitle`."""
    keys = [key for place in _PLACES for key in table(item, place) if key.lower().endswith("subtitle")]
    return _custom(item, *keys[:20])


def _authors(item: object) -> tuple[str, ...]:
    """Return the names of the first place that has any: plugins for several authors before the account."""
    people = [term for term in _terms(item, "author", "ppma_author") if " " in term.strip()]
    return (
        names(inside(item, "coauthors"), *_NAMES)
        or names(inside(item, "authors"), *_NAMES)
        or names(inside(item, "ppma_author"), *_NAMES)
        or tuple(people)
        or names(inside(item, "custom_fields", "writer"))
        or names(inside(item, "meta", "writer"))
        or names(inside(item, "parsely", "meta", "creator"), "name")
        or names(inside(item, "parsely", "meta", "author"), "name")
        or names(inside(item, "_embedded", "author"), "name")
        or yoast_authors(item)
    )


def _terms(item: object, *taxonomies: str) -> list[str]:
    groups = rows(item, "_embedded", "wp:term")
    return [
        line(term, "name")
        for group in groups[:20]
        for term in rows(group)[:100]
        if line(term, "taxonomy") in taxonomies
    ]


def _categories(item: object) -> tuple[str, ...]:
    """Return the categories' names, the one the editors call primary first."""
    terms = [
        (line(term, "id"), line(term, "name"))
        for group in rows(item, "_embedded", "wp:term")[:20]
        for term in rows(group)[:100]
        if line(term, "taxonomy") == "category"
    ]
    primary = first(item, *_PRIMARY)
    terms.sort(key=lambda term: primary not in term)
    return tuple(name for _, name in terms if name) or yoast_sections(item)


def _images(item: object) -> tuple[Image, ...]:
    media = table(item, "_embedded", "wp:featuredmedia", 0)
    url = _best_size(media)
    if not url or line(media, "media_type") not in {"", "image"}:
        media, url = {}, line(item, "jetpack_featured_media_url")
    if not url and (line(item, "featured_media") != "0" or inside(item, "_embedded", "wp:featuredmedia")):
        url = yoast_picture(item)  # else Yoast tells any picture, such as the site's sign
    if not url:
        return ()
    return (
        Image(
            url=url,
            alt=line(media, "alt_text"),
            caption=first(media, ("caption", "rendered"), ("caption",)),
            credit=_custom(media, *_CREDITS)
            or first(media, ("media_credit", "credit"), ("media_details", "image_meta", "credit")),
        ),
    )


def _best_size(media: dict[str, Any]) -> str:
    """Return the address of the broadest size that is not too broad and shows the whole picture."""
    whole = line(media, "source_url")
    width, height = count(media, "media_details", "width"), count(media, "media_details", "height")
    if not whole or not width or not height or width <= _BROADEST:
        return whole
    found = [
        (broad, line(size, "source_url"))
        for size in table(media, "media_details", "sizes").values()
        if (broad := count(size, "width"))
        and broad <= _BROADEST
        and (high := count(size, "height"))
        and abs(broad * height / (high * width) - 1) <= _SAME_SHAPE
        and line(size, "source_url")
    ]
    return max(found, default=(0, whole))[1]
