"""Pictures of a page: address, alternative text, caption and credit."""

# The quotation marks and dashes of newspapers are what is read here.
# ruff: noqa: RUF001

from __future__ import annotations

import re

from lxml.html import HtmlElement

from digest.ingest.links import clean_link
from digest.ingest.markup import text_of, without_tags
from digest.ingest.phrases import split_credit
from digest.ingest.plain import tidy
from digest.model.article import Image

_CREDIT_NAMES = re.compile(
    r"(?:^|[-_ ])(?:credits?|credittext|photographer|byline|attribution)(?:$|[-_ ])", re.IGNORECASE
)
_LAZY = ("src", "data-src", "data-lazy-src", "data-original")


def image_of(element: HtmlElement, *, base: str, caption: str = "", credit: str = "") -> Image | None:
    """Return the picture of an `img`; None for tracking pixels and for inlined ones.

    Without a base address (a file beside its pictures) the path stays as it is written.
    """
    written = next(
        (v for v in (element.get(n) for n in _LAZY) if v and not v.strip().startswith("data:")), ""
    )
    url = clean_link(written, base) if base or "//" in written else _path(written)
    if not url or any((element.get(name) or "").strip() in {"0", "1", "2"} for name in ("width", "height")):
        return None
    return Image(url=url, alt=tidy(without_tags(element.get("alt") or "")), credit=credit, caption=caption)


def figure_of(element: HtmlElement, *, base: str) -> Image | None:
    """Return the picture of a figure, its caption parted from its credit; None without one."""
    picture = element.find(".//img")
    if picture is None:
        return None
    caption, credit = without_tags(text_of(element)), ""
    for node in element.iter():
        if isinstance(node.tag, str) and _CREDIT_NAMES.search(
            f"{node.get('class', '')} {node.get('itemprop', '')}"
        ):
            credit = without_tags(text_of(node))
            break
    if credit:
        caption = tidy(caption.replace(credit, " ")).strip(" |/·•–—-")
        credit = split_credit(credit)[1] or credit
    else:
        caption, credit = split_credit(caption)
    return image_of(picture, base=base, caption=caption, credit=credit.strip(" ()[]"))


def _path(written: str) -> str | None:
    path = tidy(written)
    return None if re.match(r"[a-z][a-z0-9+.-]*:", path, re.IGNORECASE) else path or None
