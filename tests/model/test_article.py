"""Articles and their blocks: what each is, and where it stands in the text."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, strategies as st

from digest.model.article import Article, Block, BlockKind, Passage
from digest.testing.factories import make_article

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=30)
KINDS = st.sampled_from([BlockKind.PARAGRAPH, BlockKind.QUOTE, BlockKind.ITEM])


@st.composite
def passages(draw: st.DrawFn) -> Passage:
    paragraphs = tuple(draw(st.lists(TEXTS, max_size=5)))
    kinds = tuple(draw(KINDS) for _ in paragraphs) if draw(st.booleans()) else ()
    return Passage(heading=draw(st.none() | TEXTS), paragraphs=paragraphs, kinds=kinds)


def test_blocks_say_what_each_is_and_where_it_stands() -> None:
    article = make_article(
        body=(
            Passage(heading=None, paragraphs=("One.", "Two."), kinds=(BlockKind.PARAGRAPH, BlockKind.QUOTE)),
            Passage(heading="What now", paragraphs=("Three.",)),
        )
    )
    assert article.text == "One.\n\nTwo.\n\nThree."
    assert article.blocks == (
        Block(kind=BlockKind.PARAGRAPH, text="One.", start=0, end=4),
        Block(kind=BlockKind.QUOTE, text="Two.", start=6, end=10),
        Block(kind=BlockKind.HEAD, text="What now", start=12, end=12),
        Block(kind=BlockKind.PARAGRAPH, text="Three.", start=12, end=18),
    )


@pytest.mark.parametrize("paragraphs", [(), ("One.",), ("One.", "Two.", "Three.")])
def test_kinds_that_do_not_match_the_paragraphs_are_refused(paragraphs: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="2 kinds for"):
        Passage(heading=None, paragraphs=paragraphs, kinds=(BlockKind.ITEM, BlockKind.ITEM))


@given(st.lists(passages(), max_size=5))
def test_every_block_but_heads_is_found_at_its_place(body: list[Passage]) -> None:
    article: Article = dataclasses.replace(make_article(), body=tuple(body))
    said = [block for block in article.blocks if block.kind is not BlockKind.HEAD]
    assert [article.text[block.start : block.end] for block in said] == list(article.paragraphs)
    assert [block.text for block in said] == list(article.paragraphs)
    heads = [block for block in article.blocks if block.kind is BlockKind.HEAD]
    assert [block.text for block in heads] == [p.heading for p in body if p.heading is not None]
    assert all(block.start == block.end for block in heads)
    assert [block.start for block in article.blocks] == sorted(block.start for block in article.blocks)
