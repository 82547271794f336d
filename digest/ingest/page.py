"""An article page, as a CMS shows it, into an article."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from digest.errors import ArticleUnreadable
from digest.ingest.clean import Cleaned
from digest.ingest.htmltree import outside, parse_page
from digest.ingest.links import clean_link
from digest.ingest.pagebody import read_body
from digest.ingest.pagemeta import PageMeta, read_agreed_headline, read_meta
from digest.ingest.phrases import split_credit
from digest.ingest.pictures import figure_of
from digest.ingest.plain import tidy
from digest.model.article import Article, Image


def read_page(raw: bytes, *, source: str, guid: str, url: str = "", charset: str = "") -> Article:
    """Read an article page.

    Args:
        raw: the page.
        source: name of the source it came from.
        guid: what identifies it there.
        url: where it came from; empty for a file, whose picture paths then stay as they are written.
        charset: what the server said of its encoding.

    Raises:
        ArticleUnreadable: no headline or no body can be made out.
    """
    tree = parse_page(raw, charset)
    meta = read_meta(tree, url=url)
    if not meta.headline:
        raise ArticleUnreadable(
            "the page has no headline: neither h1 nor title; is it an article's own page?"
        )
    body = read_body(tree, base=url, headline=meta.headline, authors=meta.authors)
    if not body.passages:
        raise ArticleUnreadable("no article text can be made out on the page; is it an article's own page?")
    text = " ".join(p for passage in body.passages for p in passage.paragraphs)
    return Article(
        source=source,
        guid=guid,
        url=meta.url,
        headline=meta.headline,
        byline=meta.byline,
        authors=meta.authors,
        published_at=meta.published_at,
        updated_at=meta.modified_at,
        sections=meta.sections,
        body=body.passages,
        image=_image(tree, meta, body, url),
        language=meta.language,
        subhead="" if meta.subhead in text else meta.subhead,
        abstract="" if meta.abstract in text or meta.abstract.endswith(("…", "...")) else meta.abstract,
        correction=body.correction,
        dropped=body.dropped,
    )


def agreed_headline(raw: bytes, *, charset: str = "", url: str = "") -> str:
    """Return a page's headline if two places at least agree on it; else nothing.

    The places: an `h1`; og:title and twitter:title, which are one; JSON-LD; `title` without the site's name.

    Args:
        raw: the page; one that cannot be read has no headline.
        charset: what the server said of its encoding.
        url: where it came from.
    """
    try:
        return read_agreed_headline(parse_page(raw, charset), url=url)
    except ArticleUnreadable:
        return ""


def _image(tree: HtmlElement, meta: PageMeta, body: Cleaned, base: str) -> Image | None:
    """Return the page's picture, with what the figure that shows it says."""
    pictures = (*_figures(tree, base), *body.pictures)
    shown = {_stem(picture.url): picture for picture in reversed(pictures)}
    for written in meta.pictures:
        url = clean_link(written, base) if base or "//" in written else tidy(written)
        if not url or re.search(r"(?:logo|default|placeholder|favicon|avatar)", _stem(url), re.IGNORECASE):
            continue
        twin = shown.get(_stem(url), Image(url=url))
        return Image(url=url, alt=twin.alt or meta.picture_alt, credit=twin.credit, caption=twin.caption)
    first = next((p for p in pictures if p.caption or p.credit), None)
    if first is None:
        return None
    caption, credit = (first.caption, first.credit) if first.credit else split_credit(first.caption)
    return replace(first, caption=caption, credit=credit)


def _figures(tree: HtmlElement, base: str) -> list[Image]:
    """Return the pictures of the page's figures, the frame's excepted."""
    figures = tree.xpath("//figure | //*[contains(@class, 'wp-caption') and .//img]")
    found = (figure_of(node, base=base) for node in figures[:50] if not outside(node))
    return [image for image in found if image is not None]


def _stem(url: str) -> str:
    """Return what the sizes of one picture have in common: "harbor-1024x683.jpg" → "harbor"."""
    name = urlsplit(url).path.rpartition("/")[2].rpartition(".")[0] or urlsplit(url).path
    return re.sub(
        r"(?:[-_]\d{2,4}x\d{2,4}|[-_](?:scaled|large|medium|thumbnail)|\.sized-\d+x\d+)+$", "", name
    ).casefold()
