"""Invented pictures: photographs, charts, colour profiles, and the chunks and segments they are made of."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Iterable
from typing import Any

from PIL import Image as Pillow, ImageDraw

SRGB = ((0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141))
"""The red, green and blue of sRGB as XYZ under D50."""


def photo(width: int, height: int, seed: int = 1) -> Pillow.Image:
    """Return soft patches of thousands of colours, always the same ones."""
    return noise(24, 16, seed).resize((width, height), Pillow.Resampling.BICUBIC)


def noise(width: int, height: int, seed: int = 1) -> Pillow.Image:
    """Return pixels of chance, always the same ones."""
    chance = random.Random(seed)  # noqa: S311 - pictures are no secrets
    return Pillow.frombytes("RGB", (width, height), chance.randbytes(3 * width * height))


def chart(width: int, height: int) -> Pillow.Image:
    """Return bars, a grid and a caption on white."""
    picture = Pillow.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(picture)
    for line in range(0, height, max(1, height // 8)):
        draw.line((0, line, width, line), fill=(200, 200, 200), width=2)
    for bar in range(6):
        left = bar * width // 6
        draw.rectangle((left, height // (bar + 2), left + width // 12, height), fill=(180, 30 * bar, 60))
    draw.text((10, 10), "Ferry riders of Harbor Light, by month", fill="black", font_size=24)
    return picture


def encoded(picture: Pillow.Image, kind: str = "JPEG", **more: Any) -> bytes:
    """Return the picture as a file."""
    out = io.BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


def opened(raw: bytes) -> Pillow.Image:
    """Return a file as a picture with what it knows of itself."""
    with Pillow.open(io.BytesIO(raw)) as found:
        found.load()
        return found


def chunk(name: bytes, content: bytes) -> bytes:
    """Return a chunk of a PNG."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(width: int, height: int, *chunks: bytes, depth: int = 8, colour: int = 2) -> bytes:
    """Return a PNG of these chunks after its header."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(chunks) + chunk(b"IEND", b"")


def with_chunks(raw: bytes, *chunks: bytes) -> bytes:
    """Return a PNG with chunks put in after its header."""
    return raw[:33] + b"".join(chunks) + raw[33:]


def segment(marker: int, content: bytes) -> bytes:
    """Return a segment of a JPEG."""
    return bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content


def with_segments(raw: bytes, *segments: bytes) -> bytes:
    """Return a JPEG with segments put in at its start."""
    return raw[:2] + b"".join(segments) + raw[2:]


def of_size(raw: bytes, width: int, height: int) -> bytes:
    """Return a JPEG that claims another size in its frame header."""
    at = next(raw.index(sof) for sof in (b"\xff\xc0", b"\xff\xc2") if sof in raw)
    return raw[: at + 5] + struct.pack(">HH", height, width) + raw[at + 9 :]


def exif(value: object, tag: int = 0x0112) -> bytes:
    """Return EXIF data in which one tag, the orientation, has this value."""
    data = Pillow.Exif()
    data[tag] = value
    return data.tobytes()


def rgb_profile(red: Iterable[float], green: Iterable[float], blue: Iterable[float]) -> bytes:
    """Return an ICC profile of these primaries (XYZ under D50) and gamma 2.2."""
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, 0x0233) + b"\0\0"
    tags = {
        b"wtpt": _xyz((0.9642, 1.0, 0.8249)),
        b"rXYZ": _xyz(red),
        b"gXYZ": _xyz(green),
        b"bXYZ": _xyz(blue),
    }
    return _profile(b"mntrRGB XYZ ", {**tags, b"rTRC": curve, b"gTRC": curve, b"bTRC": curve})


def red_paper_profile() -> bytes:
    """Return an ICC profile of four inks on red paper, of which only black is seen."""
    ramp = bytes(range(256))
    grid = b"".join(bytes((200 if black == 0 else 20, 190, 170)) for _ in range(8) for black in (0, 1))
    identity = struct.pack(">9i", *(65536 * (place % 4 == 0) for place in range(9)))
    table = b"mft1\0\0\0\0" + bytes((4, 3, 2, 0)) + identity + ramp * 4 + grid + ramp * 3
    return _profile(b"prtrCMYKLab ", {b"A2B0": table})


def _xyz(values: Iterable[float]) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in values))


def _profile(kind: bytes, tags: dict[bytes, bytes]) -> bytes:
    """Lay out an ICC profile (ICC.1:2001-04, section 6)."""
    place, table, data = 128 + 4 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        table += name + struct.pack(">II", place + len(data), len(content))
        data += content + b"\0" * (-len(content) % 4)
    head = struct.pack(">I4sI", place + len(data), b"\0" * 4, 0x02100000) + kind + b"\0" * 12 + b"acsp"
    head += b"\0" * 28 + _xyz((0.9642, 1.0, 0.8249))[8:]
    return head.ljust(128, b"\0") + table + data
