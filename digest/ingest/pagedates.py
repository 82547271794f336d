"""When a page says that its article was published, and last changed."""

# The letters of other scripts are what is read here.
# ruff: noqa: SIM905

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from digest.ingest.dates import read_date_line, read_moment, sane
from digest.ingest.htmltree import following, framed_by_name, framing, names, outside, texts
from digest.ingest.markup import text_of
from digest.ingest.plain import tidy, words

_META_DATES = (
    "article:published_time", "og:article:published_time", "datepublished", "parsely-pub-date",
    "sailthru.date", "dc.date.issued", "dcterms.date", "dcterms.created", "dc.date",
    "citation_publication_date", "pubdate",
    "publish-date", "publish_date", "publication_date", "publicationdate", "date", "displaydate",
    "article.published", "cxenseparse:recs:publishtime", "og:pubdate", "ptime",
    "dcsext.articlefirstpublished",
)  # fmt: skip
_META_CHANGES = ("article:modified_time", "og:updated_time", "datemodified")
_DATE_NAMES = re.compile(
    r"(?:^|[\s_-])(?:date|dateline|published|publish|pubdate|posted|posted-on|timestamp|time)(?:$|[\s_-])"
)
_URL_DATE = re.compile(r"/((?:19|20)\d\d)[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?:[/-]|$)")
_LINES = frozenset("p div span li small em abbr td dt dd dl a b strong font time".split())
_CJK_DAY = re.compile(r"((?:19|20)\d\d)\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_UPDATED = re.compile(r"(?:last )?(?:updated|modified)\b", re.IGNORECASE)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)


def read_modified(meta: dict[str, list[str]], data: dict[str, Any]) -> datetime | None:
    """Return when the page says that its article was last changed; None without a day, a time and a zone."""
    said = [*texts(data.get("dateModified")), *(v for key in _META_CHANGES for v in meta.get(key, []))]
    return next((value for value in map(read_moment, said) if isinstance(value, datetime)), None)


def read_published(
    tree: HtmlElement,
    meta: dict[str, list[str]],
    data: dict[str, Any],
    *,
    urls: tuple[str, str],
    heading: HtmlElement | None,
) -> datetime | date | None:
    """Return when it was published: JSON-LD, meta, itemprop, `time`, a date class, the address."""
    for text in [*texts(data.get("datePublished")), *(v for key in _META_DATES for v in meta.get(key, []))]:
        if (value := read_moment(text)) is not None:
            return value
    for node in tree.xpath("//*[@itemprop='datePublished' or @pubdate]"):
        if not any(framed_by_name(above) for above in node.iterancestors()) and (value := _shown(node)):
            return value
    for node in _dated(tree):
        if not outside(node) and (value := _shown(node)) is not None:
            return value
    for address in urls:
        if found := _URL_DATE.search(urlsplit(address).path):
            return read_moment(f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}")
    return _date_line_below(heading) or _guessed(tree, urls[0])


def _guessed(tree: HtmlElement, url: str) -> date | None:
    """Ask htmldate, which knows many more places; without its search through all text, which errs."""
    from htmldate import find_date  # noqa: PLC0415 # 100 ms that only pages without a date pay

    page = copy.deepcopy(tree)
    for node in [n for n in page.iter() if isinstance(n.tag, str) and (framing(n) or _is_update(n))]:
        if node.tag not in {"html", "body"} and node.getparent() is not None:
            node.drop_tree()
    found = find_date(page, extensive_search=False, original_date=True, url=url or None, max_date=_LATEST)
    return date.fromisoformat(found) if found else None


def _is_update(node: HtmlElement) -> bool:
    """Say whether an element says when a page was changed."""
    return node.tag in _LINES and bool(
        re.match(r"(?:last )?(?:updated|modified)\b", text_of(node), re.IGNORECASE)
    )


def _dated(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Yield elements that may show the date, the surest first."""
    yield from tree.iter("time")
    for node in tree.iter(*_LINES):
        if _DATE_NAMES.search(names(node)) and words(text_of(node)) <= 16:  # noqa: PLR2004 # a line
            yield node
            yield from node.iterchildren("dt", "dd", "span", "p", "li")


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
    day = _CJK_DAY.search(text)
    if day and not re.search(r"更新", text):
        return read_moment(f"{day[1]}-{int(day[2]):02}-{int(day[3]):02}")
    return None


def _date_line_below(heading: HtmlElement | None) -> date | datetime | None:
    """Return the date of an element that is nothing but a date line, between the headline and the text."""
    if heading is None:
        return None
    for count, node in enumerate(following(heading)):
        line = tidy(text_of(node))
        if count > 15 or words(line) > 25 or node.tag in {"h2", "h3"}:  # noqa: PLR2004 # the body has begun
            break
        found = read_date_line(line) if not (framing(node) or outside(node)) else None
        if found is not None and not found.updated:
            return sane(found.value)
    return None
