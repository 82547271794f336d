"""Whatever tree of blocks a source writes: places, kinds and lines fit, and no markup is left."""

from __future__ import annotations

import unicodedata
from html import escape

from hypothesis import given, settings, strategies as st

from digest.errors import ArticleUnreadable
from digest.ingest.clean import clean_html
from digest.model.article import Article, BlockKind
from tests.ingest.typed import article_of, dump, markdown, typed

SIGNS = st.characters(codec="utf-8") | st.sampled_from("<>&\"'\u200b\u202e\u2028\x00 ")
WORDS = st.text(SIGNS, min_size=1, max_size=20)


def _wrapped(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    tags = st.sampled_from(
        "p div blockquote ul ol li dl dt dd table tr td h2 b q a pre section br span figure aside".split()  # noqa: SIM905
    )
    return st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>", tags, st.lists(inside, max_size=4)
    )


TREES = st.recursive(WORDS.map(escape) | WORDS, _wrapped, max_leaves=25)


def check(article: Article) -> None:
    """Say what is true of every article: places, kinds and lines fit, and no markup is left."""
    blocks = article.blocks
    for block in blocks:
        if block.kind is BlockKind.HEAD:
            assert block.start == block.end
        else:
            assert article.text[block.start : block.end] == block.text
        assert block.text == " ".join(block.text.split())
        assert block.text
        assert not [sign for sign in block.text if unicodedata.category(sign) == "Cc"]
    assert [b.start for b in blocks] == sorted(b.start for b in blocks)
    assert tuple(b.text for b in blocks if b.kind is not BlockKind.HEAD) == article.paragraphs
    for passage in article.body:
        assert passage.paragraphs
        assert not passage.kinds or len(passage.kinds) == len(passage.paragraphs)
        assert passage.kinds == () or set(passage.kinds) != {BlockKind.PARAGRAPH}


@given(st.lists(TREES, max_size=5))
@settings(max_examples=300, deadline=None)
def test_whatever_the_tree_its_blocks_fit_their_text(trees: list[str]) -> None:
    article = article_of(clean_html("".join(trees)).passages)
    check(article)
    for tag in ("<p>", "</p>", "<li>", "<script", "</blockquote>", "<div>"):
        assert tag not in "".join(block.text.lower() for block in article.blocks)


@given(st.lists(TREES | st.sampled_from(["> ", "\n\n", "- ", "\n1. ", "## ", "\n> - "]), max_size=12))
@settings(max_examples=150, deadline=None)
def test_whatever_the_file_its_blocks_fit_their_text(parts: list[str]) -> None:
    for read in (dump, markdown):
        try:
            article = read("".join(parts))
        except ArticleUnreadable:
            continue
        check(article)


BLOCKS = st.recursive(
    st.sampled_from(["p", "div", "h2"]),
    lambda inside: st.tuples(
        st.sampled_from(["ul", "ol", "blockquote", "div"]), st.lists(inside, max_size=4)
    ),
    max_leaves=12,
)


def _laid(tree: object, kind: str, out: list[tuple[str, str]]) -> str:
    """Write a tree of blocks as HTML; note in `out` what is expected, each text once."""
    if isinstance(tree, str):
        text = f"Ship {len(out)} took {len(out) * 7} tons of stone to the harbour."
        out.append(("h" if tree == "h2" else kind, text))
        return f"<{tree}>{text}</{tree}>"
    assert isinstance(tree, tuple)
    tag, inside = tree
    if kind != "q":
        kind = {"ul": "i", "ol": "i", "blockquote": "q"}.get(tag, kind)
    wrap = "<li>{}</li>" if tag in {"ul", "ol"} else "{}"
    return f"<{tag}>{''.join(wrap.format(_laid(part, kind, out)) for part in inside)}</{tag}>"


@given(st.lists(BLOCKS, max_size=6))
@settings(max_examples=200, deadline=None)
def test_whatever_the_nesting_order_and_kinds_are_kept(trees: list[object]) -> None:
    expected: list[tuple[str, str]] = []
    markup = "".join(_laid(tree, "p", expected) for tree in trees)
    found = typed(clean_html(markup))
    over_nothing = {
        text
        for place, (kind, text) in enumerate(expected)
        if kind == "h" and (expected[place + 1 :] or [("h", "")])[0][0] == "h"
    }
    assert found == [(kind, text) for kind, text in expected if text not in over_nothing]
