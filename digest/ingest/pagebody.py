"""Which part of a page is the article, and what it says.

First the containers in which CMSs set articles, read by our own cleaner, because it keeps section heads
and names what it drops; then trafilatura for pages without them.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from digest.ingest.clean import Cleaned, clean_html
from digest.ingest.htmltree import names
from digest.ingest.markup import text_of
from digest.ingest.noise import noise_of
from digest.ingest.phrases import judge
from digest.ingest.plain import words
from digest.model.article import Dropped, DroppedKind

_CONTAINERS = (
    re.compile(
        r"(?:^|\s)(?:article|story|entry|post|content|articles?)[-_]{0,2}(?:body|content|text|copy|main-content|full)"
        r"(?:[-_]{1,2}(?:content|text|body|copy|inner))?(?:$|\s)"
    ),
    re.compile(
        r"(?:^|[\s_-])(?:articlebody|storybody|storytext|article-?text|body-copy|body-text|rich-?text|"
        r"content-body|sno-story-body|field-name-body|field--name-body|td-post-content|"
        r"paragraph-wrapper|caas-body|post-single-content|single-content|the-content|article-wrap|entry)(?:$|[\s_-])"
    ),
)
_SAID, _NAMED, _BROAD = range(3)
_FEW = 60
# Measured on 264 annotated pages: within these bounds our reading is as good as trafilatura's.
_SHORTER, _LONGER = 0.9, 1.15
_MAX_RECORDED = 300
_RECORDED = frozenset({DroppedKind.COMMENT, DroppedKind.CALL, DroppedKind.CORRECTIONS, DroppedKind.RELATED})


def read_body(tree: HtmlElement, *, base: str, headline: str, authors: tuple[str, ...]) -> Cleaned:
    """Return the article's body; empty where the page holds none.

    Calls, comments and related links that stand outside the body are recorded as dropped too.
    """
    best, chosen = _choose(tree, base=base, headline=headline, authors=authors)
    recorded = {dropped.text for dropped in best.dropped}
    rest = tuple(d for d in _outside(tree, chosen) if d.text not in recorded)
    return Cleaned(best.passages, best.correction, best.pictures, (*best.dropped, *rest))


def _choose(
    tree: HtmlElement, *, base: str, headline: str, authors: tuple[str, ...]
) -> tuple[Cleaned, HtmlElement | None]:
    """Return the body and the element it stands in (None where trafilatura found it).

    A container is believed at once if the page itself says that it is the article's body, else if it is
    about as long as what trafilatura finds; ours keeps heads, pictures and the names of what was dropped.
    """
    found: list[tuple[Cleaned, HtmlElement]] = []
    other: Cleaned | None = None
    for sure, group in _candidates(tree):
        best: tuple[Cleaned, HtmlElement] | None = None
        for node in group:
            cleaned = clean_html(node, base=base, headline=headline, authors=authors)
            if cleaned.words > (best[0].words if best else 0):
                best = cleaned, node
        if best is None:
            continue
        if sure is _SAID and best[0].words >= _FEW:
            return best
        other = other or _by_trafilatura(tree, base=base, headline=headline, authors=authors)
        found.append(best)
        if sure is not _BROAD and _SHORTER * other.words <= best[0].words <= _LONGER * other.words:
            return best
    other = other or _by_trafilatura(tree, base=base, headline=headline, authors=authors)
    longest = max(found, key=lambda pair: pair[0].words, default=None)
    if longest is not None and (other.words < _FEW and longest[0].words > other.words):
        return longest
    pictures = longest[0].pictures if longest else other.pictures
    dropped = tuple(dict.fromkeys((*other.dropped, *(longest[0].dropped if longest else ()))))
    return Cleaned(
        other.passages, other.correction or (longest[0].correction if longest else ""), pictures, dropped
    ), None


def _candidates(tree: HtmlElement) -> Iterator[tuple[int, list[HtmlElement]]]:
    """Yield groups of elements that may be the body, the surest first."""
    yield _SAID, _outermost(tree.xpath("//*[contains(concat(' ', @itemprop, ' '), ' articleBody ')]"))
    nodes = [n for n in tree.iter("div", "section", "article", "main", "td") if not _in_noise(n)]
    for pattern in _CONTAINERS:
        yield _NAMED, _outermost([n for n in nodes if pattern.search(names(n))])[:30]
    articles = [n for n in _outermost([n for n in nodes if n.tag == "article"]) if "comment" not in names(n)]
    yield _BROAD, articles if len(articles) == 1 else []
    yield _BROAD, [n for n in nodes if n.tag == "main" or n.get("role") == "main"][:1]


def _outermost(found: list[HtmlElement]) -> list[HtmlElement]:
    inside = set(found)
    return [n for n in found if not any(a in inside for a in n.iterancestors())]


def _in_noise(node: HtmlElement) -> bool:
    return any(
        n.tag in {"aside", "nav", "footer"} or noise_of(n) in {DroppedKind.COMMENT, DroppedKind.RELATED}
        for n in (node, *node.iterancestors())
    )


def _by_trafilatura(tree: HtmlElement, *, base: str, headline: str, authors: tuple[str, ...]) -> Cleaned:
    """Ask trafilatura, precision before recall, on a page from which the comments were taken."""
    import trafilatura  # noqa: PLC0415 # 300 ms that only pages without a known container pay

    page = copy.deepcopy(tree)
    for node in [n for n in page.iter("div", "section", "ol", "ul") if noise_of(n) is DroppedKind.COMMENT]:
        node.drop_tree()
    found = trafilatura.extract(
        page,
        output_format="html",
        favor_precision=True,
        include_comments=False,
        include_tables=False,
        include_images=False,
        include_links=False,
        with_metadata=False,
    )
    return clean_html(found or "", base=base, headline=headline, authors=authors)


def _outside(tree: HtmlElement, chosen: HtmlElement | None) -> Iterator[Dropped]:
    """Yield the comments, calls and related links of the rest of the page."""
    inside = set(chosen.iter()) if chosen is not None else set()
    seen: set[HtmlElement] = set()
    count = 0
    for node in tree.iter("p", "li", "div", "article", "section", "aside"):
        if node in inside or any(a in seen for a in node.iterancestors()) or count >= _MAX_RECORDED:
            continue
        single = "comment" in (node.get("class") or "").lower().split() or (node.get("id") or "").startswith(
            "comment-"
        )
        above = node.getparent()
        listed = node.tag == "li" and above is not None and noise_of(above) is DroppedKind.COMMENT
        single = single or listed
        if single and node.tag in {"li", "div", "article"}:
            kind: DroppedKind | None = DroppedKind.COMMENT
        elif node.tag == "p" or (node.tag == "div" and node.find("./*") is None):
            kind = judge(text_of(node))
        else:
            kind = noise_of(node)
            if kind is not DroppedKind.RELATED or words(text_of(node)) > 200:  # noqa: PLR2004 # a box, not the page
                continue
        if kind in _RECORDED and (text := text_of(node)):
            seen.add(node)
            count += 1
            yield Dropped(kind=kind, text=text[:5000])
