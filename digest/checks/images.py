"""Check pictures: they must be told to those who cannot see them, and credited to those who made them."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from digest.checks.links import same_address
from digest.checks.page import Page, attribute, line_of, text_of
from digest.checks.rules import breach
from digest.model.finding import Finding

_FORMATS = (".webp", ".svg", ".avif", ".heic", ".tif", ".tiff", ".bmp")


def check_images(page: Page) -> Iterator[Finding]:
    """Yield what is wrong with the pictures of the HTML part."""
    shown = page.named("img")
    for image in shown:
        where = line_of(image)
        source = attribute(image, "src") or ""
        if image.get("alt") is None:
            yield breach("images.alt", 'say what the picture shows, or alt="" for decoration', where)
        if not source.casefold().startswith(("https://", "http://")):
            yield breach("images.address", "give the picture an https address", where)
        elif source.casefold().startswith("http://"):
            yield breach("images.https", "serve the picture by https", where)
        if not all((attribute(image, name) or "").isdecimal() for name in ("width", "height")):
            yield breach("images.dimensions", "give the picture its width and height in pixels", where)
        if image.get("srcset") is not None or _path(source).endswith(_FORMATS):
            yield breach(
                "images.format", "use one JPEG, PNG or GIF; not all mail programs show others", where
            )
    sources = {same_address(attribute(image, "src") or "") for image in shown}
    body = " ".join(text_of(part) for part in page.named("body"))
    for brief in page.edition.briefs:
        picture = brief.image
        if picture is None or same_address(picture.url) not in sources:
            continue
        credit = " ".join(picture.credit.split())
        if not credit or credit not in body:
            yield breach(
                "images.credit", f"print who made the picture of “{brief.headline}”, or leave it out"
            )


def _path(source: str) -> str:
    try:
        return urlsplit(source).path.casefold()
    except ValueError:
        return ""
