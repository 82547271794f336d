"""What a page says about its article: headline, authors, date, address, picture, language."""

# The quotation marks and dashes of newspapers are what is read here.

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from digest.ingest.bylines import byline_of, is_name, is_role, persons, read_byline
from digest.ingest.htmltree import following, kinds, linked_data, metas, names, outside, texts
from digest.ingest.links import clean_link
from digest.ingest.markup import plain, text_of
from digest.ingest.pagedates import read_modified, read_published
from digest.ingest.pagehead import agreed, read_headline, read_subhead
from digest.ingest.plain import language_of, tidy, words

_META_AUTHORS = (
    "author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "byl",
    "citation_author", "authors", "og:article:author", "dc.contributor", "cxenseparse:author",
)  # fmt: skip
_PROFILE = re.compile(
    r"/(?:authors?|profiles?|staff|editors|contributors?|writers?|columnists?)/[^/?#]+/?(?:[?#]|$)"
)
_MAX_LINK = 500
_MAX_HOUSE = 100
_BEFORE_COMMA = re.compile(r"\s+,")
_BYLINE_NAMES = re.compile(
    r"(?:^|[\s_-])(?:by-?line|author|authors|authorname|author-?name|contributor|writer)s?(?:$|[\s_-])"
)


@dataclass(slots=True)
class PageMeta:
    """Everything about an article but its body."""

    headline: str = ""
    byline: str = ""
    authors: tuple[str, ...] = ()
    subhead: str = ""
    published_at: datetime | date | None = None
    modified_at: datetime | None = None
    url: str | None = None
    language: str | None = None
    sections: tuple[str, ...] = ()
    abstract: str = ""
    pictures: tuple[str, ...] = ()
    picture_alt: str = ""
    heading: HtmlElement | None = field(default=None, repr=False)


def read_meta(tree: HtmlElement, *, url: str = "") -> PageMeta:
    """Read a page's metadata; `url` is where it came from, empty for a file."""
    meta, data = metas(tree), linked_data(tree)
    publisher, site = _publisher(data), _site(meta, data)
    found = PageMeta()
    found.headline, found.heading = read_headline(tree, meta, data, site)
    found.byline, found.authors = _who(
        tree, meta, data, frozenset({site.casefold(), publisher.casefold()}), found.heading
    )
    address = _address(tree, meta, url)
    found.published_at = read_published(tree, meta, data, urls=(address or url, url), heading=found.heading)
    found.modified_at = read_modified(meta, data)
    found.url = address
    found.language = next(
        filter(
            None,
            map(
                language_of,
                (tree.get("lang"), _first(meta, "content-language", "og:locale"), data.get("inLanguage")),
            ),
        ),
        None,
    )
    sections = [*meta.get("article:section", []), *texts(data.get("articleSection"))]
    found.sections = tuple(dict.fromkeys(filter(None, map(plain, sections))))
    found.abstract = plain(_first(meta, "og:description", "description", "twitter:description"))
    found.subhead = read_subhead(found.heading, found.abstract)
    found.pictures = tuple(
        dict.fromkeys(
            filter(
                None, [*meta.get("og:image", []), *_urls(data.get("image")), *meta.get("twitter:image", [])]
            )
        )
    )
    found.picture_alt = plain(_first(meta, "og:image:alt", "twitter:image:alt"))
    return found


def read_agreed_headline(tree: HtmlElement, *, url: str = "") -> str:
    """Return the headline on which two places of the page at least agree; empty if none do."""
    meta, data = metas(tree), linked_data(tree)
    return agreed(tree, meta, data, site=_site(meta, data) or (urlsplit(url).hostname or ""))


def _first(meta: dict[str, list[str]], *keys: str) -> str:
    return next((value for key in keys for value in meta.get(key, [])), "")


def _urls(value: Any) -> list[str]:
    return [
        url
        for item in (value if isinstance(value, list) else [value])
        if isinstance(url := item.get("url") if isinstance(item, dict) else item, str)
    ]


def _site(meta: dict[str, list[str]], data: dict[str, Any]) -> str:
    return plain(next(iter(meta.get("og:site_name", [])), "")) or _publisher(data)


def _publisher(data: dict[str, Any]) -> str:
    publisher = data.get("publisher")
    return plain(str(publisher.get("name") or "")) if isinstance(publisher, dict) else ""


def _who(
    tree: HtmlElement,
    meta: dict[str, list[str]],
    data: dict[str, Any],
    houses: frozenset[str],
    heading: HtmlElement | None,
) -> tuple[str, tuple[str, ...]]:
    """Return byline and authors: JSON-LD, meta, byline classes outside comments, a "By …" line."""
    lines = list(_byline_lines(tree))
    authors = _linked_people(data, houses)
    if not authors:
        said = [
            _meta_people(values, houses)
            for values in (*(meta.get(key, []) for key in _META_AUTHORS), _labelled(meta))
        ]
        # Of several, the one whose people the page shows too: the others may name the house.
        shown = {name for line in lines for name in persons(line)}
        authors = next((people for people in said if shown & set(people)), next(filter(None, said), ()))
    visible = [(line, found) for line in lines if (found := read_byline(line)) is not None]
    if not authors:
        named = next((found for line, found in visible if found.authors), None)
        authors = named.authors if named else ()
    if not authors:
        bare = (name for line in lines[:3] for name in persons(line))
        authors = tuple(dict.fromkeys(name for name in bare if 1 < len(name.split()) <= 4))  # noqa: PLR2004
    if not authors and heading is not None:
        authors = _by_line_below(heading)
    authors = authors or _linked_profiles(tree)
    written = next((line for line, found in visible if set(authors) & set(found.authors)), "")
    written = written or next((line for line, found in visible if not authors and is_role(line)), "")
    if not written and not authors:  # "Staff Writer" is a byline
        written = next((v for key in _META_AUTHORS for v in map(tidy, meta.get(key, [])) if is_role(v)), "")
        written = written or _linked_house(data)
    return written or byline_of(authors), authors


def _meta_people(values: list[str], houses: frozenset[str]) -> tuple[str, ...]:
    said = [plain(value) for value in values if "://" not in value and value.casefold() not in houses]
    return tuple(dict.fromkeys(name for line in said for name in persons(line) if len(name.split()) > 1))


def _labelled(meta: dict[str, list[str]]) -> list[str]:
    """Return what a card labels as the writer: "Written by" and beside it a name."""
    for number in ("1", "2"):
        if re.match(r"(?:written )?by\b|author", _first(meta, f"twitter:label{number}"), re.IGNORECASE):
            return meta.get(f"twitter:data{number}", [])
    return []


def _linked_profiles(tree: HtmlElement) -> tuple[str, ...]:
    """Return the names that link to pages of writers, those side by side with the first."""
    found: list[HtmlElement] = []
    for link in tree.iter("a"):
        if (
            not _PROFILE.search(link.get("href", "")[:_MAX_LINK])
            or not is_name(text_of(link))
            or outside(link)
        ):
            continue
        if found and link.getparent() is not found[0].getparent():
            break
        found.append(link)
    return tuple(dict.fromkeys(map(text_of, found)))


def _linked_people(data: dict[str, Any], houses: frozenset[str]) -> tuple[str, ...]:
    people = data.get("author") or data.get("creator")
    found: list[str] = []
    for person in people if isinstance(people, list) else [people]:
        if isinstance(person, dict):
            if any("Organization" in kind for kind in kinds(person)):
                continue
            found += texts(person.get("name"))
        elif isinstance(person, str):
            found.append(person)
    lines = [plain(name) for name in found]
    return tuple(dict.fromkeys(n for line in lines if line.casefold() not in houses for n in persons(line)))


def _linked_house(data: dict[str, Any]) -> str:
    """Return the house that wrote an article itself: a byline, and no person."""
    people = data.get("author")
    said = [one for one in (people if isinstance(people, list) else [people]) if isinstance(one, dict)]
    houses = [one for one in said if any("Organization" in kind for kind in kinds(one))]
    named = (plain(name) for one in houses for name in texts(one.get("name")))
    return next((name for name in named if 0 < len(name) <= _MAX_HOUSE), "")


def _byline_lines(tree: HtmlElement) -> Iterator[str]:
    seen: set[str] = set()
    for node in tree.iter():
        if not isinstance(node.tag, str) or node.tag in {
            "body",
            "html",
            "article",
            "main",
            "meta",
            "link",
            "script",
        }:
            continue
        marked = node.get("itemprop") in {"author", "creator"} or "author" in (node.get("rel") or "").split()
        if not (marked or _BYLINE_NAMES.search(names(node))) or outside(node):
            continue
        # Links stand side by side without a space: "Andrew Husband" and "Twitter".
        text = tidy(
            " ".join(re.sub(r"^(by)(?=[A-Z])", r"\1 ", t, flags=re.IGNORECASE) for t in node.itertext())
        )
        text = _BEFORE_COMMA.sub(",", text)
        if 1 <= words(text) <= 25 and text not in seen:  # noqa: PLR2004 # a byline, not a biography
            seen.add(text)
            yield text
        if len(seen) > 12:  # noqa: PLR2004 # lists of stories
            return


def _by_line_below(heading: HtmlElement) -> tuple[str, ...]:
    """Return who is named in a "By …" line within the next few elements below the headline."""
    for count, node in enumerate(heading.iter() if heading.getparent() is None else following(heading)):
        if count > 60:  # noqa: PLR2004 # the body has begun
            break
        own = tidy(node.text or "")
        if re.match(r"(?:written )?by\b", own, re.IGNORECASE):
            found = read_byline(text_of(node))
            if found is not None and found.authors:
                return found.authors
    return ()


def _address(tree: HtmlElement, meta: dict[str, list[str]], url: str) -> str | None:
    """Return the canonical address; one that names the front page for a story is not believed."""
    said = [
        node.get("href")
        for node in tree.iter("link")
        if "canonical" in (node.get("rel") or "").lower().split()
    ]
    for written in [*said, *meta.get("og:url", [])]:
        link = clean_link(written, url)
        if link and not (urlsplit(link).path in {"", "/"} and urlsplit(url).path not in {"", "/"}):
            return link
    return clean_link(url)
