"""Pictures as they come: opened within bounds of memory and time, upright, in sRGB, on white."""

from __future__ import annotations

import io
import math
import warnings

from PIL import (  # `Image` is the picture of an article here
    Image as pillow,  # noqa: N813
    ImageCms,
    PngImagePlugin,
    UnidentifiedImageError,
)
from PIL.Image import Image as Picture

from digest.errors import PictureRefused
from digest.ingest.framing import shown_size

FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
MAX_INPUT = 30_000_000
MAX_WHOLE = 16_000_000
"""The most pixels of what is unpacked whole, at 4 to 8 bytes a pixel."""
_MOST = {"JPEG": 40_000_000, "MPO": 40_000_000, "PNG": MAX_WHOLE, "GIF": MAX_WHOLE, "WEBP": MAX_WHOLE // 2}
"""The most pixels of each kind: a JPEG is shrunk while it is read, a WebP takes 16 bytes a pixel."""
_MAX_SCANS = 200
_START_OF_SCAN = 0xDA
_MAX_PROFILE = 4_000_000
_GAP = 1.25
"""How much larger than needed a JPEG is read, so that the last step of shrinking is a fine one."""
_ORIENTATION = 0x0112
_TURNS = {
    2: pillow.Transpose.FLIP_LEFT_RIGHT,
    3: pillow.Transpose.ROTATE_180,
    4: pillow.Transpose.FLIP_TOP_BOTTOM,
    5: pillow.Transpose.TRANSPOSE,
    6: pillow.Transpose.ROTATE_270,
    7: pillow.Transpose.TRANSVERSE,
    8: pillow.Transpose.ROTATE_90,
}
"""What undoes each orientation of Exif 2.32, section 4.6.4."""
_SIDEWAYS = {_TURNS[orientation] for orientation in (5, 6, 7, 8)}

# Pillow would unpack 64 MB of a PNG's comments, which nobody reads.
PngImagePlugin.MAX_TEXT_MEMORY = 4 * PngImagePlugin.MAX_TEXT_CHUNK


def open_negative(raw: bytes, edge: int) -> Picture:
    """Return a JPEG, PNG, GIF (its first frame) or WebP as RGB without metadata.

    It is large enough for a print whose longest edge has `edge` pixels, cropped or not, and not much
    larger. The turn its EXIF names is made, its colour profile obeyed; damaged ones are passed over.

    Raises:
        PictureRefused: it is damaged, far too large, or none of these.
    """
    if not raw or len(raw) > MAX_INPUT:
        raise PictureRefused(
            f"a picture has 1 byte to {MAX_INPUT // 1_000_000} MB; this one has {len(raw)} bytes"
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about odd EXIF; bombs are refused below by their own size
            with pillow.open(io.BytesIO(raw), formats=FORMATS) as opened:
                return _read(opened, raw, edge)
    except PictureRefused:
        raise
    except UnidentifiedImageError as error:
        raise PictureRefused("this is no JPEG, PNG, GIF or WebP picture; export it as one") from error
    except pillow.DecompressionBombError as error:
        raise PictureRefused("the picture is far too large; make it 8 megapixels or less") from error
    except Exception as error:  # decoders raise whatever comes to hand for files that lie
        raise PictureRefused(f"the picture is damaged ({type(error).__name__}); export it anew") from error


def _read(opened: Picture, raw: bytes, edge: int) -> Picture:
    width, height = opened.size
    layered = opened.format in {"JPEG", "MPO"} and not _has_one_scan(raw)
    most = MAX_WHOLE if layered else _MOST[opened.format or ""]
    if width * height > most:
        raise PictureRefused(
            f"the picture has {width} x {height} pixels; make it {most // 1_000_000} megapixels or less"
        )
    if layered and raw.count(b"\xff\xda") > _MAX_SCANS:
        raise PictureRefused("the picture is stored in hundreds of layers; export it anew")
    turn = _turn(opened)
    upright = (height, width) if turn in _SIDEWAYS else (width, height)
    scale = min(1.0, edge / max(shown_size(*upright)))
    # A long strip is read smaller than it could be shown, rather than whole.
    draft = min(1.0, _GAP * scale, _GAP * edge / math.sqrt(width * height))
    opened.draft("RGB", (max(1, int(width * draft)), max(1, int(height * draft))))
    opened.load()
    profile = opened.info.get("icc_profile")
    small = _shrink(_eight_bits(opened), (max(1, round(width * scale)), max(1, round(height * scale))))
    picture = _in_srgb(_on_white(small), profile)
    picture.info = {}  # the JPEG and PNG writers would print comments and profiles they find here
    return picture if turn is None else picture.transpose(turn)


def _has_one_scan(raw: bytes) -> bool:
    """Say whether a JPEG is baseline with all its colours in one scan (ITU-T T.81, annex B).

    Only such a one is decoded strip by strip; any other is held whole, two bytes a sample.
    """
    at, colours = 2, 0
    while raw[at : at + 1] == b"\xff" and at + 9 < len(raw):
        marker = raw[at + 1]
        if marker in {0xC0, 0xC1}:
            colours = raw[at + 9]
        elif marker == _START_OF_SCAN:
            return colours > 0 and raw[at + 4] == colours
        at += 2 + int.from_bytes(raw[at + 2 : at + 4], "big")
    return False


def _turn(opened: Picture) -> pillow.Transpose | None:
    try:
        return _TURNS.get(opened.getexif().get(_ORIENTATION, 0))
    except Exception:  # noqa: BLE001 - a picture whose EXIF lies is still a picture
        return None


def _eight_bits(picture: Picture) -> Picture:
    """Return the picture as L, RGB, RGBA or CMYK, the modes that shrink well."""
    if picture.has_transparency_data and picture.mode != "RGBA":
        return picture.convert("RGBA")
    if picture.mode.startswith("I;16"):
        return picture.point(lambda value: value / 256).convert("L")
    return picture if picture.mode in {"L", "RGB", "RGBA", "CMYK"} else picture.convert("RGB")


def _shrink(picture: Picture, size: tuple[int, int]) -> Picture:
    if picture.width <= size[0]:
        return picture
    return picture.resize(size, pillow.Resampling.LANCZOS, reducing_gap=3)


def _on_white(picture: Picture) -> Picture:
    if picture.mode != "RGBA":
        return picture
    white = pillow.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture.getchannel("A"))
    return white


def _in_srgb(picture: Picture, profile: object) -> Picture:
    """Return the picture in RGB, its colours as the ICC profile means them."""
    if isinstance(profile, bytes) and 0 < len(profile) <= _MAX_PROFILE:
        try:
            source, srgb = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
            return ImageCms.buildTransform(source, srgb, picture.mode, "RGB").apply(picture)
        except Exception:  # noqa: BLE001 - damaged, of other colours than the picture, or no LittleCMS
            return picture.convert("RGB")
    return picture.convert("RGB")
