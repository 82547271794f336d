"""The darkroom: a picture's bytes as they came in, the bytes that readers get out; pure.

`negatives` opens it, `framing` crops photographs, `drawings` knows charts and cartoons.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image as pillow, ImageStat  # noqa: N813 - `Image` is the picture of an article here
from PIL.Image import Image as Picture

from digest.errors import PictureRefused
from digest.ingest.drawings import engrave, is_drawing
from digest.ingest.framing import frame
from digest.ingest.negatives import open_negative

EDGE = 1200
"""Longest edge in pixels: the 600 of an email, twice, for fine screens."""
MAX_OUTPUT = 200_000
LEAST = (200, 80)
"""The least width and height in pixels of what is worth showing."""
_BLANK = 2.0
_SAMPLE = (64, 64)
_QUALITIES = (85, 78, 70, 62, 54, 46, 38, 30)
_SMALLER = 0.8
_FULL_COLOUR = 0
_HALF_COLOUR = 2


@dataclass(frozen=True, slots=True)
class Print:
    """A picture as it is served: its bytes, `jpg` or `png`, its width and height in pixels."""

    content: bytes
    suffix: str
    width: int
    height: int


def develop(raw: bytes) -> Print:
    """Make a picture ready for an edition: small, upright, in sRGB, without a byte of its metadata.

    It fits into 1200 x 1200 pixels and 200 kB and is never enlarged. Photographs become JPEGs and are
    cropped to between 4:5 and 12:5. Drawings are never cropped, and become PNGs of 256 colours where
    nobody sees the difference. The same bytes always give the same print.

    Raises:
        PictureRefused: it is damaged, too large, no such picture, too small, or nearly of one colour.
    """
    picture = open_negative(raw, EDGE)
    drawing = is_drawing(picture)
    if not drawing:
        picture = frame(picture)
    picture.thumbnail((EDGE, EDGE), pillow.Resampling.LANCZOS, reducing_gap=3)
    if picture.width < LEAST[0] or picture.height < LEAST[1]:
        raise PictureRefused(
            f"only {picture.width} x {picture.height} pixels of the picture could be shown; "
            f"choose one of at least {LEAST[0]} x {LEAST[1]}"
        )
    if max(ImageStat.Stat(picture.resize(_SAMPLE, pillow.Resampling.BOX)).stddev) < _BLANK:
        raise PictureRefused("the picture is nearly of one colour; choose one that shows something")
    if drawing:
        png = engrave(picture)
        if png is not None and len(png) <= MAX_OUTPUT:
            return Print(png, "png", *picture.size)
    return _expose(picture, _FULL_COLOUR if drawing else _HALF_COLOUR)


def _expose(picture: Picture, subsampling: int) -> Print:
    """Return the picture as the best JPEG that is small enough."""
    while True:
        for quality in _QUALITIES:
            out = io.BytesIO()
            picture.save(
                out, "JPEG", quality=quality, subsampling=subsampling, optimize=True, progressive=True
            )
            if out.tell() <= MAX_OUTPUT:
                return Print(out.getvalue(), "jpg", *picture.size)
        # Noise does not compress: fewer pixels then.
        picture = picture.resize(
            (max(1, int(picture.width * _SMALLER)), max(1, int(picture.height * _SMALLER)))
        )
