"""What a page says about its article: headline, authors, date, address, picture, language."""

# The quotation marks and dashes of newspapers are what is read here.
# ruff: noqa: RUF001

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from digest.ingest.bylines import byline_of, is_role, persons, read_byline
from digest.ingest.dates import read_date_line, read_moment, sane
from digest.ingest.htmltree import kinds, linked_data, metas, names, outside
from digest.ingest.links import clean_link
from digest.ingest.markup import plain, text_of
from digest.ingest.plain import language_of, tidy, words

_SITE = re.compile(r"\s+(?:[|•·»–—-]|::)\s+(?!.*\s(?:[|•·»–—-]|::)\s)")
_META_AUTHORS = (
    "author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "byl",
    "citation_author", "authors", "og:article:author", "dc.contributor",
)  # fmt: skip
_META_DATES = (
    "article:published_time", "og:article:published_time", "datepublished", "parsely-pub-date",
    "sailthru.date", "dc.date.issued", "dcterms.date", "dcterms.created", "dc.date",
    "citation_publication_date", "pubdate",
    "publish-date", "publish_date", "publication_date", "publicationdate", "date", "displaydate",
    "article.published", "cxenseparse:recs:publishtime", "og:pubdate", "ptime",
    "dcsext.articlefirstpublished",
)  # fmt: skip
_BEFORE_COMMA = re.compile(r"\s+,")
_BYLINE_NAMES = re.compile(
    r"(?:^|[\s_-])(?:by-?line|author|authors|authorname|author-?name|contributor|writer)s?(?:$|[\s_-])"
)
_DATE_NAMES = re.compile(
    r"(?:^|[\s_-])(?:date|dateline|published|publish|pubdate|posted|posted-on|timestamp|time)(?:$|[\s_-])"
)
_URL_DATE = re.compile(r"/((?:19|20)\d\d)[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?:[/-]|$)")
_ENOUGH_ALIKE = 0.6


@dataclass(slots=True)
class PageMeta:
    """Everything about an article but its body."""

    headline: str = ""
    byline: str = ""
    authors: tuple[str, ...] = ()
    published_at: datetime | date | None = None
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
    publisher = _publisher(data)
    site = plain(next(iter(meta.get("og:site_name", [])), "")) or publisher
    found = PageMeta()
    found.headline, found.heading = _headline(tree, meta, data, site)
    found.byline, found.authors = _who(
        tree, meta, data, frozenset({site.casefold(), publisher.casefold()}), found.heading
    )
    address = _address(tree, meta, url)
    found.published_at = _date(tree, meta, data, address or url) or _date_line_below(found.heading)
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
    sections = [*meta.get("article:section", []), *_texts(data.get("articleSection"))]
    found.sections = tuple(dict.fromkeys(filter(None, map(plain, sections))))
    found.abstract = plain(_first(meta, "og:description", "description", "twitter:description"))
    found.pictures = tuple(
        dict.fromkeys(
            filter(
                None, [*meta.get("og:image", []), *_urls(data.get("image")), *meta.get("twitter:image", [])]
            )
        )
    )
    found.picture_alt = plain(_first(meta, "og:image:alt", "twitter:image:alt"))
    return found


def _first(meta: dict[str, list[str]], *keys: str) -> str:
    return next((value for key in keys for value in meta.get(key, [])), "")


def _texts(value: Any) -> list[str]:
    return [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, str)]


def _urls(value: Any) -> list[str]:
    return [
        url
        for item in (value if isinstance(value, list) else [value])
        if isinstance(url := item.get("url") if isinstance(item, dict) else item, str)
    ]


def _publisher(data: dict[str, Any]) -> str:
    publisher = data.get("publisher")
    return plain(str(publisher.get("name") or "")) if isinstance(publisher, dict) else ""


def _tokens(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold()))


def _headline(
    tree: HtmlElement, meta: dict[str, list[str]], data: dict[str, Any], site: str
) -> tuple[str, HtmlElement | None]:
    """Return the `h1` or `h2` that agrees with what the page says of itself, else what it says."""
    title = plain(tree.findtext(".//title") or "")
    said = [
        *(_without_site(plain(v), site) for v in [*meta.get("og:title", []), *meta.get("twitter:title", [])]),
        *(plain(v) for v in _texts(data.get("headline")) + _texts(data.get("name"))),
        _without_site(title, site),
    ]
    said = [text for text in said if text and text.casefold() != site.casefold()]
    best, score, heading = "", 0.0, None
    for node in tree.iter("h1", "h2"):
        text = tidy(text_of(node))
        if not text or len(text) > 300 or text.casefold() == site.casefold():  # noqa: PLR2004 # no headline
            continue
        likeness = max((_likeness(text, s) for s in said), default=0.0) + 0.05 * (node.tag == "h1")
        if likeness > score:
            best, score, heading = text, likeness, node
    if score >= _ENOUGH_ALIKE:
        return best, heading
    if said:
        return said[0], None
    alone = [node for node in tree.iter("h1") if tidy(text_of(node)) and not outside(node)]
    return (tidy(text_of(alone[0])), alone[0]) if alone else ("", None)


def _likeness(text: str, said: str) -> float:
    """Return how alike a head and a title are, from 0 to 1; a title may have the site's name after it."""
    if re.match(rf"{re.escape(text.casefold())}\s*[|–—:·»-]", said.casefold()):
        return 0.9
    mine, other = _tokens(text), _tokens(said)
    return len(mine & other) / max(1, len(mine | other))


def _without_site(title: str, site: str) -> str:
    """Cut the site's name off a title, at its end or at its beginning."""
    if site:
        for mark in ("|", "-", "–", "—", "•", "·", "»", "::", ":"):
            if title.casefold().endswith(f" {mark} {site}".casefold()):
                return title[: -len(site) - len(mark) - 2].strip()
            if title.casefold().startswith(f"{site} {mark} ".casefold()):
                return title[len(site) + len(mark) + 2 :].strip()
    parts = _SITE.split(title)
    return parts[0].strip() if len(parts) == 2 and words(parts[0]) >= 3 and words(parts[1]) <= 5 else title  # noqa: PLR2004


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
            v
            for key in _META_AUTHORS
            for v in meta.get(key, [])
            if "://" not in v and v.casefold() not in houses
        ]
        authors = tuple(dict.fromkeys(n for line in said for n in persons(plain(line)) if len(n.split()) > 1))
    visible = [(line, found) for line in lines if (found := read_byline(line)) is not None]
    if not authors:
        named = next((found for line, found in visible if found.authors), None)
        authors = named.authors if named else ()
    if not authors:
        bare = (name for line in lines[:3] for name in persons(line))
        authors = tuple(dict.fromkeys(name for name in bare if 1 < len(name.split()) <= 4))  # noqa: PLR2004
    if not authors and heading is not None:
        authors = _by_line_below(heading)
    written = next((line for line, found in visible if set(authors) & set(found.authors)), "")
    written = written or next((line for line, found in visible if not authors and is_role(line)), "")
    if not written and not authors:  # "Staff Writer" is a byline
        written = next((v for key in _META_AUTHORS for v in map(tidy, meta.get(key, [])) if is_role(v)), "")
    return written or byline_of(authors), authors


def _linked_people(data: dict[str, Any], houses: frozenset[str]) -> tuple[str, ...]:
    people = data.get("author") or data.get("creator")
    found: list[str] = []
    for person in people if isinstance(people, list) else [people]:
        if isinstance(person, dict):
            if any("Organization" in kind for kind in kinds(person)):
                continue
            found += _texts(person.get("name"))
        elif isinstance(person, str):
            found.append(person)
    lines = [plain(name) for name in found]
    return tuple(dict.fromkeys(n for line in lines if line.casefold() not in houses for n in persons(line)))


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
    for count, node in enumerate(heading.iter() if heading.getparent() is None else _following(heading)):
        if count > 60:  # noqa: PLR2004 # the body has begun
            break
        own = tidy(node.text or "")
        if re.match(r"(?:written )?by\b", own, re.IGNORECASE):
            found = read_byline(text_of(node))
            if found is not None and found.authors:
                return found.authors
    return ()


def _date_line_below(heading: HtmlElement | None) -> date | datetime | None:
    """Return the date of an element that is nothing but a date line, between the headline and the text."""
    if heading is None:
        return None
    for count, node in enumerate(_following(heading)):
        line = tidy(text_of(node))
        if count > 15 or words(line) > 25 or node.tag in {"h2", "h3"}:  # noqa: PLR2004 # the body has begun
            break
        found = read_date_line(line) if not outside(node) else None
        if found is not None and not found.updated:
            return sane(found.value)
    return None


def _following(node: HtmlElement) -> Iterator[HtmlElement]:
    for after in node.xpath("following::*"):
        if isinstance(after.tag, str) and after.tag not in {"script", "style"}:
            yield after


def _date(
    tree: HtmlElement, meta: dict[str, list[str]], data: dict[str, Any], url: str
) -> datetime | date | None:
    """Return when it was published: JSON-LD, meta, itemprop, `time`, a date class, the address."""
    for text in [*_texts(data.get("datePublished")), *(v for key in _META_DATES for v in meta.get(key, []))]:
        if (value := read_moment(text)) is not None:
            return value
    for node in _dated(tree):
        if not outside(node) and (value := _shown(node)) is not None:
            return value
    found = _URL_DATE.search(urlsplit(url).path)
    if found:
        return read_moment(f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}")
    return None


def _dated(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Yield elements that may show the date, the surest first."""
    yield from tree.xpath("//*[@itemprop='datePublished' or @pubdate]")
    yield from tree.iter("time")
    for node in tree.iter("p", "div", "span", "li", "small", "em", "abbr", "td", "a", "b", "strong", "font"):
        if _DATE_NAMES.search(names(node)) and words(text_of(node)) <= 16:  # noqa: PLR2004 # a line
            yield node


def _shown(node: HtmlElement) -> datetime | date | None:
    for text in (node.get("datetime"), node.get("content"), node.get("title")):
        if text and (value := read_moment(text)) is not None:
            return value
    text = re.split(r"\s+(?:[|•·]|\(?(?:last )?updated)\s*", text_of(node), maxsplit=1, flags=re.IGNORECASE)[
        0
    ]
    line = read_date_line(text)
    if line is not None and not line.updated:
        return sane(line.value)
    return None


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
