"""Pictures: taken in, shrunk, freed of metadata, or refused with a reason."""

from __future__ import annotations

import hashlib
import io
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from PIL import Image as Pillow

from digest.errors import PictureRefused
from digest.ingest import media
from digest.ingest.media import FolderMedia, shrink
from digest.model.article import Image
from tests.ingest.intake import seeds


def picture(
    width: int = 60, height: int = 40, kind: str = "JPEG", mode: str = "RGB", colour: Any = None, **more: Any
) -> bytes:
    out = io.BytesIO()
    Pillow.new(mode, (width, height), colour if colour is not None else 0).save(out, kind, **more)
    return out.getvalue()


def noise(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Pillow.effect_noise((width, height), 200).convert("RGB").save(out, "PNG")
    return out.getvalue()


def opened(raw: bytes) -> Pillow.Image:
    with Pillow.open(io.BytesIO(raw)) as found:
        found.load()
        return found.copy()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_pictures_of_all_usual_kinds_become_small_jpegs(tmp_path: Path, kind: str) -> None:
    store = FolderMedia(tmp_path / "media", "https://news.paper.example/")
    kept = store.keep(Image(url="x", alt="A", credit="C", caption="D"), picture(3000, 1500, kind))
    (file,) = (tmp_path / "media").iterdir()
    raw = file.read_bytes()
    assert kept == Image(
        url=f"https://news.paper.example/media/{file.name}",
        alt="A",
        credit="C",
        caption="D",
        width=1200,
        height=600,
    )
    assert file.name == f"{hashlib.sha256(raw).hexdigest()[:32]}.jpg"
    assert opened(raw).format is None or opened(raw).size == (1200, 600)
    assert raw.startswith(b"\xff\xd8")


def test_the_same_picture_is_kept_once(tmp_path: Path) -> None:
    store = FolderMedia(tmp_path, "https://news.paper.example")
    first = store.keep(Image(url="x"), picture())
    (file,) = tmp_path.iterdir()
    before = file.stat().st_mtime_ns
    assert store.keep(Image(url="x"), picture()) == first
    assert file.stat().st_mtime_ns == before
    file.write_bytes(b"half")
    store.keep(Image(url="x"), picture())
    assert opened(file.read_bytes()).size == (60, 40)
    assert len(list(tmp_path.iterdir())) == 1


def test_metadata_goes_and_the_turn_it_names_is_made() -> None:
    exif = Pillow.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "secret place"
    raw, width, height = shrink(picture(60, 40, exif=exif))
    assert (width, height) == (40, 60)
    assert b"secret" not in raw
    assert not opened(raw).getexif()


def test_what_is_transparent_lies_on_white() -> None:
    for mode, colour in (("RGBA", (255, 0, 0, 0)), ("LA", (0, 0))):
        raw, _, _ = shrink(picture(kind="PNG", mode=mode, colour=colour))
        assert opened(raw).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "P", "I;16", "CMYK"])
def test_every_mode_becomes_rgb(mode: str) -> None:
    raw, _, _ = shrink(picture(kind="JPEG" if mode == "CMYK" else "PNG", mode=mode))
    assert opened(raw).mode == "RGB"


def test_even_noise_fits_into_the_limit() -> None:
    raw, width, height = shrink(noise(1200, 1200))
    assert len(raw) <= media.MAX_OUTPUT
    assert width == height


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "1 byte"),
        (b"x" * (media.MAX_INPUT + 1), "1 byte"),
        (b"hello", "no JPEG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no JPEG"),
        (b"%PDF-1.4", "no JPEG"),
        (picture(kind="BMP"), "no JPEG"),
        (picture(kind="TIFF"), "no JPEG"),
        (noise(200, 200)[:9000], "damaged"),
        (picture(8000, 6000, "GIF"), "40 megapixels"),
    ],
)
def test_what_is_no_picture_we_print_is_refused(raw: bytes, said: str) -> None:
    with pytest.raises(PictureRefused, match=said):
        shrink(raw)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    width = height = 60_000
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"
    chunk = b"IHDR" + header
    raw = b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4, "big") + chunk + zlib.crc32(chunk).to_bytes(4, "big")
    data = b"IDAT" + zlib.compress(b"\0" * 1000)
    raw += (len(data) - 4).to_bytes(4, "big") + data + zlib.crc32(data).to_bytes(4, "big")
    with pytest.raises(PictureRefused, match="40 megapixels"):
        shrink(raw)


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "media").write_text("a file, no folder", encoding="utf-8")
    with pytest.raises(PictureRefused, match="cannot be kept"):
        FolderMedia(tmp_path / "media", "https://x.example").keep(Image(url="x"), picture())


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(PictureRefused, match="No space left"):
        FolderMedia(tmp_path, "https://x.example").keep(Image(url="x"), picture())
    assert list(tmp_path.iterdir()) == []


def test_the_seeds_pictures_can_be_printed(tmp_path: Path) -> None:
    store = FolderMedia(tmp_path, "https://x.example")
    for path in sorted(seeds("images").glob("*.jpg")):
        kept = store.keep(Image(url=path.name, credit="C"), path.read_bytes())
        assert kept.printable
        assert (kept.width, kept.height) == (1200, 800)


@given(st.binary(max_size=300), st.sampled_from(["JPEG", "PNG", "GIF", "WEBP"]), st.integers(0, 400))
@settings(max_examples=80, deadline=None)
def test_damaged_pictures_are_refused_or_read_and_nothing_else(junk: bytes, kind: str, where: int) -> None:
    raw = picture(30, 20, kind)
    try:
        shrunk, width, height = shrink(raw[:where] + junk + raw[where + len(junk) :])
    except PictureRefused:
        return
    assert opened(shrunk).size == (width, height)
