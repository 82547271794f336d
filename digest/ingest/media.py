"""Pictures: checked, shrunk, freed of metadata and kept under the hash of their content."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
import warnings
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from digest.errors import PictureRefused
from digest.model.article import Image

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
MAX_PIXELS = 40_000_000
MAX_INPUT = 30_000_000
EDGE = 1200
"""Longest edge in pixels: the 600 of an email, twice, for fine screens."""
MAX_OUTPUT = 200_000
_QUALITIES = (85, 78, 70, 62, 54, 46, 38, 30)
_SMALLER = 0.8


class FolderMedia:
    """Keep pictures in a folder that the public pages serve below `/media/`.

    Args:
        folder: where the files go; it is made when the first one comes.
        base_url: the public address of the pages, without a slash at its end.
    """

    def __init__(self, folder: Path, base_url: str) -> None:
        self._folder = folder
        self._base_url = base_url.rstrip("/")

    def keep(self, image: Image, raw: bytes) -> Image:
        """Check, shrink and keep a picture; return the image with its public URL, width and height.

        Any JPEG, PNG, GIF (its first frame) or WebP of up to 40 megapixels becomes a JPEG without
        metadata that fits into 1200 x 1200 and 200 kB. The same picture always has the same name.

        Raises:
            PictureRefused: it is damaged, too large or no such picture, or it cannot be written.
        """
        jpeg, width, height = shrink(raw)
        name = f"{hashlib.sha256(jpeg).hexdigest()[:32]}.jpg"
        target = self._folder / name
        try:
            if not target.exists() or target.stat().st_size != len(jpeg):
                _write(target, jpeg)
        except OSError as error:
            raise PictureRefused(f"the picture cannot be kept in {self._folder}: {error.strerror}") from error
        return replace(image, url=f"{self._base_url}/media/{name}", width=width, height=height)


def shrink(raw: bytes) -> tuple[bytes, int, int]:
    """Return a picture as a small JPEG, with its width and height; raises `PictureRefused`."""
    from PIL import Image as pillow, ImageOps, UnidentifiedImageError  # noqa: PLC0415, N813 # 60 ms that only pictures pay

    if not raw or len(raw) > MAX_INPUT:
        raise PictureRefused(
            f"a picture has 1 byte to {MAX_INPUT // 1_000_000} MB; this one has {len(raw)} bytes"
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about odd EXIF; bombs are refused below by their own size
            with pillow.open(io.BytesIO(raw), formats=FORMATS) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    raise PictureRefused(
                        f"the picture has {opened.width} x {opened.height} pixels; 40 megapixels is the most"
                    )
                opened.draft("RGB", (2 * EDGE, 2 * EDGE))
                opened.load()
                if opened.mode in {"L", "RGB", "RGBA"}:
                    # Before anything copies it: a few kB may unpack to 40 megapixels.
                    opened.thumbnail((2 * EDGE, 2 * EDGE), pillow.Resampling.LANCZOS, reducing_gap=3)
                turned = ImageOps.exif_transpose(opened)
                picture = _flat(turned)
    except UnidentifiedImageError as error:
        raise PictureRefused("this is no JPEG, PNG, GIF or WebP picture") from error
    except pillow.DecompressionBombError as error:
        raise PictureRefused("the picture is far too large; make it 40 megapixels or less") from error
    except (
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        TypeError,
        IndexError,
        KeyError,
        MemoryError,
    ) as error:
        # Pillow's decoders raise all of these for files that end early or lie about themselves.
        raise PictureRefused(f"the picture is damaged: {type(error).__name__}") from error
    picture.thumbnail((EDGE, EDGE), pillow.Resampling.LANCZOS, reducing_gap=3)
    return _encode(picture)


def _flat(picture: Picture) -> Picture:
    """Return the picture in RGB, on white where it is transparent."""
    from PIL import Image as pillow  # noqa: PLC0415, N813 # likewise

    if picture.has_transparency_data:
        white = pillow.new("RGBA", picture.size, "white")
        white.alpha_composite(picture.convert("RGBA"))
        return white.convert("RGB")
    if picture.mode.startswith("I;16"):
        picture = picture.point(lambda value: value / 256).convert("L")
    return picture.convert("RGB")


def _encode(picture: Picture) -> tuple[bytes, int, int]:
    while True:
        for quality in _QUALITIES:
            out = io.BytesIO()
            picture.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
            if out.tell() <= MAX_OUTPUT:
                return out.getvalue(), picture.width, picture.height
        # Noise does not compress: fewer pixels then.
        picture = picture.resize(
            (max(1, int(picture.width * _SMALLER)), max(1, int(picture.height * _SMALLER)))
        )


def _write(target: Path, content: bytes) -> None:
    """Write a file so that nobody ever reads half of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
