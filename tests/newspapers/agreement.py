"""Whether what was read of a played newspaper is what its editors wrote."""

from __future__ import annotations

from digest.model.article import Article, BlockKind
from tests.newspapers.stories import SECTIONS, Story

PAPER = "The Harbor Light"


def disagreements(article: Article, story: Story) -> dict[str, tuple[object, object]]:
    """Return what differs between an article and the story, by field: what was read, what was written."""
    by = " and ".join(story.authors)
    named = () if story.authors == (PAPER,) else story.authors
    blocks = [
        (BlockKind.PARAGRAPH, story.paragraphs[0]),
        (BlockKind.HEAD, story.head),
        *((BlockKind.PARAGRAPH, text) for text in story.paragraphs[1:]),
        (BlockKind.QUOTE, story.quote),
        *((BlockKind.ITEM, text) for text in story.points),
    ]
    image = article.image
    pairs: dict[str, tuple[object, object]] = {
        "headline": (article.headline, story.headline),
        "byline": (article.byline, f"By {by}" if named else by),
        "authors": (article.authors, named),
        "published_at": (article.published_at, story.published),
        "updated_at": (article.updated_at, story.modified),
        "section": (article.sections[:1], (SECTIONS[story.section],)),
        "pseudo-sections": ([name for name in article.sections if name in {"homepage", "#wide"}], []),
        "body": ([(block.kind, block.text) for block in article.blocks], blocks),
        "abstract": (article.abstract, story.abstract),
        "correction": (article.correction, story.correction),
        "editors_pick": (article.editors_pick, story.pick),
        "teaser": (article.teaser, False),
        "picture": (image is not None, story.picture),
        "slug": ((article.url or "").rstrip("/").rpartition("/")[2], story.slug),
    }
    if image is not None:
        pairs["caption"] = (image.caption.rstrip("."), story.caption.rstrip("."))
        pairs["credit"] = (image.credit, story.credit)
    return {name: (read, written) for name, (read, written) in pairs.items() if read != written}
