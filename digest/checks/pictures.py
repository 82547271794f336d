"""The pictures: whose work they are stands beside them."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.html import HtmlElement

from digest.checks import rules
from digest.model.edition import Edition
from digest.model.finding import Finding


def check_pictures(edition: Edition, tree: HtmlElement) -> Iterator[Finding]:
    """Yield pictures of stories that are shown without their credit."""
    shown = {str(image.get("src")) for image in tree.iter("img")}
    words = " ".join(tree.text_content().split())
    for story in edition.stories:
        if story.image is None or story.image.url not in shown:
            continue
        credit = " ".join(story.image.credit.split())
        if not credit:
            message = "its picture has no credit; add one in the CMS or take the picture out"
            yield rules.CREDIT.finding(message, where=story.headline)
        elif credit not in words:
            yield rules.CREDIT.finding(
                f"the credit of its picture is not printed: {credit}", where=story.headline
            )
