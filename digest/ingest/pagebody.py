"""Which part of a page is the article, and what it says.

First the containers in which CMSs set articles, read by our own cleaner, because it keeps section heads
and names what it drops; then trafilatura for pages without them.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import replace

from lxml.html import HtmlElement

from digest.ingest.clean import Cleaned, clean_html
from digest.ingest.htmltree import names
from digest.ingest.markup import HEADS, text_of
from digest.ingest.noise import noise_of
from digest.ingest.pagelines import LONGEST, is_blurb, page_kind
from digest.ingest.pageunits import common, units
from digest.ingest.pagevotes import read_by_trafilatura
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
_NEARLY_ALL = 0.9
_LAST = 3
_MAX_RECORDED = 300
_RECORDED = frozenset({DroppedKind.COMMENT, DroppedKind.CALL, DroppedKind.CORRECTIONS, DroppedKind.RELATED})


def read_body(tree: HtmlElement, *, base: str, headline: str, authors: tuple[str, ...]) -> Cleaned:
    """Return the article's body; empty where the page holds none.

    Calls, comments and related links that stand outside the body are recorded as dropped too.
    """
    best = _voted(tree, base=base, headline=headline, authors=authors)
    if best.words < _FEW:
        # Short stories, tables and lists: trafilatura asks for prose.
        best = max(
            (
                best,
                *(
                    clean_html(node, base=base, headline=headline, authors=authors)
                    for _, group in _candidates(tree)
                    for node in group
                ),
            ),
            key=lambda cleaned: cleaned.words,
        )
    recorded = {dropped.text for dropped in best.dropped}
    rest = tuple(d for d in _outside(tree) if d.text not in recorded)
    return Cleaned(best.passages, best.correction, best.pictures, (*best.dropped, *rest))


def _voted(tree: HtmlElement, *, base: str, headline: str, authors: tuple[str, ...]) -> Cleaned:
    """Return what is left of the page when the blocks that got too few votes are pruned from it."""
    eager = read_by_trafilatura(tree, careful=False)
    page = copy.deepcopy(tree)
    named = [
        {n for node in group for n in node.iter()} for sure, group in _candidates(page) if sure is not _BROAD
    ]
    blocks = [(node, text) for node in units(page) if (text := text_of(node))]
    chosen = [(node, text) for node, text in blocks if eager.has(text) and not _is_link_line(node, text)]
    chosen = _agreed(tree, chosen, named)
    lines = {node: kind for node, text in chosen if (kind := page_kind(text)) is not None}
    if len(lines) == len(chosen):
        return Cleaned()
    kept = {node: text for node, text in chosen if node not in lines}
    for node, text in list(kept.items())[1:][-_LAST:]:
        if is_blurb(text):
            lines[node] = DroppedKind.BYLINE
    scope = common(list(kept))
    within = set(scope.iter())
    for node, text in blocks:
        if node in within and (node in lines or (node not in kept and not _has_a_name(node, text))):
            node.getparent().remove(node)
        elif node in kept:
            _let_through(node, text)
    cleaned = clean_html(scope, base=base, headline=headline, authors=authors)
    said = tuple(
        Dropped(kind=kind, text=text[:5000]) for node, text in blocks if (kind := lines.get(node)) is not None
    )
    return replace(cleaned, dropped=(*cleaned.dropped, *said))


def _agreed(
    tree: HtmlElement, chosen: list[tuple[HtmlElement, str]], named: list[set[HtmlElement]]
) -> list[tuple[HtmlElement, str]]:
    """Return the blocks in the containers of one name if these hold nearly all, else those with two votes."""
    total = sum(words(text) for _, text in chosen)
    for inside in named:
        held = [(node, text) for node, text in chosen if node in inside]
        if held and sum(words(text) for _, text in held) >= _NEARLY_ALL * total:
            return held
    known = set().union(*named)
    if not any(node in known for node, _ in chosen):
        return chosen
    careful = read_by_trafilatura(tree, careful=True)
    return [(node, text) for node, text in chosen if node in known or careful.has(text)]


def _let_through(node: HtmlElement, text: str) -> None:
    """Rename what the cleaner would mistake: a paragraph set as a head, a table as a figure."""
    if node.tag in HEADS and _is_paragraph(text):
        node.tag = "p"
    if node.tag != "figcaption":
        for above in node.iterancestors("figure"):
            above.tag = "div"


def _has_a_name(node: HtmlElement, text: str) -> bool:
    """Say whether the cleaner knows what a block is: it records its kind, or takes its picture."""
    return (len(text) <= LONGEST and judge(text) is not None) or any(
        above.tag == "figure" or noise_of(above) in _RECORDED | {DroppedKind.CAPTION}
        for above in (node, *node.iterancestors())
    )


def _is_link_line(node: HtmlElement, text: str) -> bool:
    """Say whether a short line is nothing but links to elsewhere."""
    if node.tag in {"li", "td", "dd"} or words(text) > 20:  # noqa: PLR2004 # a line
        return False
    return sum(len(text_of(link)) for link in node.iter("a")) >= 0.8 * len(text)


def _is_paragraph(text: str) -> bool:
    """Say whether what is set as a head is a paragraph by its length."""
    return words(text) > 25 or (words(text) > 12 and text.endswith("."))  # noqa: PLR2004 # no head is so long


def _candidates(tree: HtmlElement) -> Iterator[tuple[int, list[HtmlElement]]]:
    """Yield groups of elements that may be the body, the surest first."""
    yield _SAID, _outermost(tree.xpath("//*[contains(concat(' ', @itemprop, ' '), ' articleBody ')]"))
    nodes = list(tree.iter("div", "section", "article", "main", "td"))
    for pattern in _CONTAINERS:
        yield _NAMED, _outermost([n for n in nodes if pattern.search(names(n)) and not _in_noise(n)])[:30]
    articles = _outermost([n for n in nodes if n.tag == "article" and not _in_noise(n)])
    articles = [n for n in articles if "comment" not in names(n)]
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


def _outside(tree: HtmlElement) -> Iterator[Dropped]:
    """Yield the comments, calls and related links of the whole page."""
    seen: set[HtmlElement] = set()
    count = 0
    for node in tree.iter("p", "li", "div", "article", "section", "aside"):
        if any(a in seen for a in node.iterancestors()) or count >= _MAX_RECORDED:
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
            kind = page_kind(text_of(node))
        else:
            kind = noise_of(node)
            if kind is not DroppedKind.RELATED or words(text_of(node)) > 200:  # noqa: PLR2004 # a box, not the page
                continue
        if kind in _RECORDED and (text := text_of(node)):
            seen.add(node)
            count += 1
            yield Dropped(kind=kind, text=text[:5000])
