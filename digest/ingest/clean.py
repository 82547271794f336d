"""HTML into passages of plain text. No markup survives; what is left out is recorded with its kind."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import html
from lxml.html import HtmlElement

from digest.ingest.markup import BLOCKS, HEADS, text_of, unescaped, without_tags
from digest.ingest.noise import MARKUP_TAGS, certain, noise_of
from digest.ingest.passages import Collector
from digest.ingest.pictures import figure_of, image_of
from digest.ingest.plain import tidy, words
from digest.ingest.shortcodes import without_shortcodes
from digest.model.article import BlockKind, Dropped, DroppedKind, Image, Passage

_BOLD = frozenset({"b", "strong"})
_LISTS = frozenset({"ul", "ol"})
_KINDS = {"blockquote": BlockKind.QUOTE} | dict.fromkeys(("ul", "ol", "dl", "li", "dt", "dd"), BlockKind.ITEM)
_STOPS = (".", "!", "…", ":", ",", ";", ".”", '."')
_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_DEEPEST = 200
_MAX_NOISE_WORDS = 80
_MOST_OF_IT = 0.3
_LINKED_SHARE = 0.7
_TITLE_WORDS = 4


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What a piece of HTML said: passages, the paper's correction, its pictures, and what was left out."""

    passages: tuple[Passage, ...] = ()
    correction: str = ""
    pictures: tuple[Image, ...] = ()
    dropped: tuple[Dropped, ...] = ()

    @property
    def words(self) -> int:
        """How many words the passages have."""
        return sum(words(paragraph) for passage in self.passages for paragraph in passage.paragraphs)


def clean_html(
    markup: str | HtmlElement, *, base: str = "", headline: str = "", authors: tuple[str, ...] = ()
) -> Cleaned:
    """Turn HTML (a fragment, a page, or an element of one) into passages.

    Args:
        markup: the HTML; what was escaped once too often is read as it was meant.
        base: address against which pictures are resolved.
        headline: the article's headline, which is no section head of it.
        authors: the article's authors, whose blurb at the end is left out.
    """
    root = _parse(markup) if isinstance(markup, str) else markup
    if root is None:
        return Cleaned()
    collector = Collector(headline=headline, authors=authors)
    walk = _Walk(collector, base=base, total=words(text_of(root)))
    walk.into(root)
    walk.flush()
    return Cleaned(
        passages=collector.passages(),
        correction=collector.correction,
        pictures=tuple(walk.pictures),
        dropped=tuple(collector.dropped),
    )


def _parse(markup: str) -> HtmlElement | None:
    markup = without_shortcodes(_REFUSED.sub(" ", unescaped(markup)))
    if not markup.strip():
        return None
    # libxml2 reads 2,048 elements deep and ignores what lies deeper.
    return html.fromstring(f"<div>{markup}</div>", parser=html.HTMLParser(encoding="utf-8", huge_tree=True))


class _Walk:
    """Walk a tree in its order; gather inline text until a block ends it."""

    def __init__(self, collector: Collector, *, base: str, total: int) -> None:
        self.collector = collector
        self.pictures: list[Image] = []
        self._base = base
        self._total = total
        self._inline: list[str] = []
        self._bold = False
        self._light = False
        self._kind = BlockKind.PARAGRAPH

    def into(self, element: HtmlElement, depth: int = 0) -> None:
        """Read what stands inside an element."""
        self._say(element.text)
        for child in element:
            if isinstance(child.tag, str):  # no comment, no processing instruction
                self._child(child, child.tag, depth + 1)
            self._say(child.tail)

    def flush(self) -> None:
        """End the block; a paragraph that is bold as a whole, short and without a stop is a head."""
        text = without_tags(tidy("".join(self._inline)))
        plain = self._kind is BlockKind.PARAGRAPH
        head = plain and self._bold and not self._light and words(text) <= 10 and not text.endswith(_STOPS)  # noqa: PLR2004
        self._inline.clear()
        self._bold = self._light = False
        if head:
            self.collector.head(text)
        else:
            self.collector.paragraph(text, self._kind)

    def _say(self, text: str | None, *, bold: bool = False) -> None:
        if text:
            self._inline.append(text)
            if text.strip():
                self._bold |= bold
                self._light |= not bold

    def _child(self, element: HtmlElement, tag: str, depth: int) -> None:
        if depth > _DEEPEST:
            self._say(text_of(element))
            return
        kind = None if tag == "img" else noise_of(element)
        if kind is None and tag in _LISTS and self._kind is BlockKind.PARAGRAPH and _links_only(element):
            kind = DroppedKind.RELATED
        if kind is not None and self._goes(element, kind):
            self._drop(element, tag, kind)
        elif tag in BLOCKS or tag in HEADS or tag == "hr":
            self.flush()
            outer = self._kind
            # Who speaks matters more than the shape of what is said: a list inside a quotation is quoted.
            if outer is not BlockKind.QUOTE:
                self._kind = _KINDS.get(tag, outer)
            self._block(element, tag, depth)
            self.flush()
            self._kind = outer
        else:
            self._within_line(element, tag, depth)

    def _block(self, element: HtmlElement, tag: str, depth: int) -> None:
        if tag in HEADS:
            for picture in element.iter("img"):
                self._take(image_of(picture, base=self._base))
            self.collector.head(without_tags(text_of(element)))
        elif tag == "figure" and not (
            element.find(".//img") is None and element.find(".//blockquote") is not None
        ):
            self._take(figure_of(element, base=self._base))
            self.collector.drop(DroppedKind.CAPTION, without_tags(text_of(element)))
        elif tag == "tr" and not element.xpath(".//p|.//div|.//h2|.//h3|.//ul|.//table"):
            self._say(" | ".join(filter(None, (text_of(cell) for cell in element))))
        else:
            self.into(element, depth)

    def _within_line(self, element: HtmlElement, tag: str, depth: int) -> None:
        if tag == "br":
            following = element.getnext()
            if following is not None and following.tag == "br" and not (element.tail or "").strip():
                self.flush()
            else:
                self._say(" ")
        elif tag == "img":
            self._take(image_of(element, base=self._base))
        elif tag == "q":
            self._say("“")
            self.into(element, depth)
            self._say("”")
        elif tag in _BOLD and not any(node.tag in BLOCKS | HEADS | {"br", "img"} for node in element.iter()):
            self._say(text_of(element), bold=True)
        elif tag not in {"del", "s", "strike"}:
            self.into(element, depth)

    def _goes(self, element: HtmlElement, kind: DroppedKind) -> bool:
        """Say whether noise is left out: comments and machinery always, else what is a small part."""
        if element.tag in MARKUP_TAGS or certain(kind):
            return True
        count = words(text_of(element))
        return count <= _MAX_NOISE_WORDS or count < _MOST_OF_IT * self._total

    def _drop(self, element: HtmlElement, tag: str, kind: DroppedKind) -> None:
        if tag in BLOCKS:
            self.flush()
        if kind is DroppedKind.CAPTION:
            self._take(figure_of(element, base=self._base))
        whole = [element]
        if kind is DroppedKind.COMMENT:
            single = [node for node in element.iter("li", "article", "div") if _is_comment(node)]
            whole = [node for node in single if not any(a in single for a in node.iterancestors())] or whole
        for node in whole:
            text = without_tags(text_of(node))
            if text or kind is DroppedKind.MARKUP:
                self.collector.drop(kind, text or tag)

    def _take(self, image: Image | None) -> None:
        if image is not None:
            self.pictures.append(image)


def _links_only(listed: HtmlElement) -> bool:
    """Say whether a list is one of links to other stories: each item a link, and as long as a title."""
    counts: list[int] = []
    for item in listed.iterfind("li"):
        count = words(text_of(item))
        link = item.find(".//a[@href]")
        if count and (link is None or words(text_of(link)) < _LINKED_SHARE * count):
            return False
        if count:
            counts.append(count)
    return sum(counts) >= _TITLE_WORDS * max(len(counts), 1)


def _is_comment(element: HtmlElement) -> bool:
    return "comment" in element.get("class", "").lower().split() or element.get("id", "").startswith(
        "comment-"
    )
