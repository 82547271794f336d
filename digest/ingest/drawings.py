"""Drawings among the pictures: charts, cartoons and logos, which JPEG smears and a crop would maim."""

from __future__ import annotations

import io

from PIL import Image as pillow, ImageChops  # noqa: N813 - `Image` is the picture of an article here
from PIL.Image import Image as Picture

_SAMPLE = 256
_INKS = 8
_INKED = 0.4
"""Measured on 2 x 8 greyed and coloured photographs and illustrations: 0.32 at most; on 13 charts,
diagrams and screenshots: 0.64 at least, and 0.35 for the worst of them saved as a poor JPEG."""
_COLOURS = 256
_MEAN = 1.0
_FAR = 24
_FAR_SHARE = 0.01


def is_drawing(picture: Picture) -> bool:
    """Say whether eight colours cover two fifths of an RGB picture, as no lens would have it.

    The sample of at most 256 x 256 takes pixels as they are: averaging would invent colours. What
    was drawn on paper and scanned has the noise of a photograph, and counts as one.
    """
    size = min(picture.width, _SAMPLE), min(picture.height, _SAMPLE)
    sample = picture.resize(size, pillow.Resampling.NEAREST)
    pixels = sample.width * sample.height
    counts = sorted((count for count, _ in sample.getcolors(pixels) or ()), reverse=True)
    return sum(counts[:_INKS]) >= _INKED * pixels


def engrave(picture: Picture) -> bytes | None:
    """Return an RGB picture as a PNG of at most 256 colours; None where that would be seen.

    It is not seen if the channel that differs most differs by 1 of 255 on the average, and by more than
    24 on at most one pixel in a hundred.
    """
    palette = picture.quantize(_COLOURS, dither=pillow.Dither.NONE)
    red, green, blue = ImageChops.difference(picture, palette.convert("RGB")).split()
    counts = ImageChops.lighter(ImageChops.lighter(red, green), blue).histogram()
    pixels = sum(counts)
    mean = sum(level * count for level, count in enumerate(counts)) / pixels
    if mean > _MEAN or sum(counts[_FAR + 1 :]) > _FAR_SHARE * pixels:
        return None
    out = io.BytesIO()
    palette.save(out, "PNG", optimize=True)
    return out.getvalue()
