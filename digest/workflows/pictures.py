"""Pictures: fetched from their source and taken into the paper's own media folder."""

from __future__ import annotations

import dataclasses

from digest.errors import PictureRefused, SourceError
from digest.log import one_line
from digest.model.article import Article
from digest.ports import MediaStore, Source


def take_picture(
    article: Article, source: Source, media: MediaStore, *, known: Article | None = None
) -> tuple[Article, str]:
    """Return the article with its picture as readers can be shown it, and what was wrong, if anything.

    A picture that `known`, the version before, already had is not fetched again. One without a credit is
    left where it is and not shown: whose picture it is must stand under it.
    """
    image = article.image
    if image is None or image.original:  # none, or taken in before
        return article, ""
    if not image.credit.strip():
        return article, f"{article.headline}: its picture has no credit and is not shown"
    before = known.image if known else None
    if before is not None and before.original and before.original == image.url:
        return dataclasses.replace(
            article,
            image=dataclasses.replace(before, alt=image.alt, credit=image.credit, caption=image.caption),
        ), ""
    try:
        kept = media.keep(image, source.open_picture(image))
    except (SourceError, PictureRefused) as error:
        return article, f"{article.headline}: its picture is not shown ({one_line(error)})"
    return dataclasses.replace(article, image=dataclasses.replace(kept, original=image.url)), ""
