"""A page in units: the smallest blocks that hold text, each of which is kept or pruned as a whole."""

from __future__ import annotations

from lxml import html
from lxml.html import HtmlElement

from digest.ingest.markup import BLOCKS, HEADS
from digest.ingest.noise import MARKUP_TAGS

_BLOCKS = BLOCKS | HEADS
_APART = _BLOCKS | MARKUP_TAGS


def units(root: HtmlElement) -> list[HtmlElement]:
    """Divide a tree, in place, into blocks that hold no other block, and return these in their order.

    Text that stands beside blocks, or that two `br` end, gets a paragraph of its own.
    """
    holding = _holding(root)
    broken = {br.getparent() for br in root.iter("br") if _ends(br)}
    for parent in [node for node in root.iter() if node in holding or node in broken]:
        _regroup(parent, holding)
    holding |= broken
    return [node for node in root.iter(*_BLOCKS) if node not in holding]


def common(found: list[HtmlElement]) -> HtmlElement:
    """Return the innermost element that holds all of some elements; of one alone its parent."""
    shared = list(found[0].iterancestors()) or found[:1]
    for node in found[1:]:
        above = set(node.iterancestors())
        while len(shared) > 1 and shared[0] not in above:
            del shared[0]
    return shared[0]


def _holding(root: HtmlElement) -> set[HtmlElement]:
    """Return the elements that hold a block, at whatever depth."""
    holding: set[HtmlElement] = set()
    for block in root.iter(*_BLOCKS):
        for node in block.iterancestors():
            if node in holding:
                break
            holding.add(node)
    return holding


def _ends(br: HtmlElement) -> bool:
    """Say whether a `br` is the first of two that end a paragraph of a block."""
    parent, after = br.getparent(), br.getnext()
    return parent.tag in _BLOCKS and after is not None and after.tag == "br" and not (br.tail or "").strip()


def _regroup(parent: HtmlElement, holding: set[HtmlElement]) -> None:
    """Put each run of loose text and inline elements into a paragraph; blocks stay as they are."""
    made: list[HtmlElement] = []
    run: HtmlElement | None = None

    def say(text: str | None) -> None:
        nonlocal run
        if not text or (run is None and not text.strip()):
            return
        if run is None:
            made.append(run := html.Element("p"))
        if len(run):
            run[-1].tail = (run[-1].tail or "") + text
        else:
            run.text = (run.text or "") + text

    say(parent.text)
    parent.text = None
    for child in list(parent):
        ends = child.tag == "br" and _ends(child)
        after, child.tail = child.tail, None
        if not isinstance(child.tag, str):
            pass  # a comment of the page's makers
        elif child.tag in _APART or child in holding:
            run = None
            made.append(child)
        elif ends or (child.tag == "br" and run is None):
            run = None
        else:
            if run is None:
                made.append(run := html.Element("p"))
            run.append(child)
        say(after)
    parent[:] = made
