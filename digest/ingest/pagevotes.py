"""What two readings of trafilatura say is an article's text, and whether a block of the page agrees.

One reading alone errs: the eager one takes in neighbours, the careful one leaves out parts. A block counts
if the eager one has it, and the careful one too, or a container that CMSs set articles in.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from itertools import islice

from lxml import html
from lxml.html import HtmlElement

from digest.ingest.htmltree import bare
from digest.ingest.markup import BLOCKS, HEADS, text_of

_SHORT, _LONG = 15, 60
_HALF = 0.5
_MANY = 5_000


@dataclass(frozen=True, slots=True)
class Reading:
    """A reading of a page: its lines and its whole text, in nothing but letters and digits."""

    lines: frozenset[str]
    whole: str

    def has(self, text: str) -> bool:
        """Say whether it has a block's text: a short one as a line, a long one for the most part."""
        signs = bare(text)
        if signs in self.lines or (len(signs) >= _SHORT and signs in self.whole):
            return True
        if len(signs) < _LONG:
            return False
        parts = text.split()
        runs = [bare(" ".join(parts[at : at + 4])) for at in range(0, max(1, len(parts) - 3), 2)]
        return sum(run in self.whole for run in runs) >= _HALF * len(runs)


def read_by_trafilatura(tree: HtmlElement, *, careful: bool) -> Reading:
    """Return trafilatura's eager or its careful reading of a page; the tree stays as it is."""
    import trafilatura  # noqa: PLC0415 # 300 ms that only pages pay

    markup = trafilatura.extract(
        copy.deepcopy(tree),
        output_format="html",
        favor_precision=careful,
        # Its second opinions compare every paragraph with every other; real articles are far below this.
        fast=next(islice(tree.iter(), _MANY, None), None) is not None,
        include_comments=False,
        include_images=False,
        include_links=False,
        with_metadata=False,
    )
    return _reading(markup or "")


def _reading(markup: str) -> Reading:
    if not markup:
        return Reading(frozenset(), "")
    tree = html.document_fromstring(markup)
    lines = frozenset(bare(text_of(node)) for node in tree.iter(*BLOCKS, *HEADS))
    return Reading(lines - {""}, bare(text_of(tree)))
