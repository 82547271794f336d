"""The darkroom: every picture small, upright, in true colours and free of metadata, or refused."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings, strategies as st
from PIL import Image as Pillow, ImageChops, ImageDraw, ImageOps, ImageStat

from digest.errors import PictureRefused
from digest.ingest import darkroom, negatives
from digest.ingest.darkroom import develop
from digest.ingest.framing import frame, shown_size
from tests.ingest.exposures import (
    SRGB,
    chart,
    encoded,
    exif,
    noise,
    opened,
    photo,
    red_paper_profile,
    rgb_profile,
)
from tests.ingest.intake import seeds


def unlike(one: Pillow.Image, other: Pillow.Image) -> float:
    """Return how far two pictures of one size are apart on the average, in levels of 255."""
    return max(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB"))).mean)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_photographs_of_all_usual_kinds_become_small_jpegs(kind: str) -> None:
    made = develop(encoded(photo(1600, 800), kind))
    assert (made.suffix, made.width, made.height) == ("jpg", 1200, 600)
    assert len(made.content) <= darkroom.MAX_OUTPUT
    assert (opened(made.content).format, opened(made.content).size) == ("JPEG", (1200, 600))


def test_the_same_bytes_always_give_the_same_print() -> None:
    for raw in (encoded(photo(700, 1400)), encoded(chart(900, 600), "PNG")):
        assert develop(raw) == develop(raw)


def test_a_picture_is_never_enlarged() -> None:
    made = develop(encoded(photo(320, 200)))
    assert (made.width, made.height) == (320, 200)


def test_a_chart_becomes_a_png_that_nobody_can_tell_from_it() -> None:
    drawn = chart(1600, 1200)
    made = develop(encoded(drawn, "PNG"))
    found = opened(made.content)
    assert (made.suffix, found.format, found.mode) == ("png", "PNG", "P")
    assert unlike(found, drawn.resize((1200, 900), Pillow.Resampling.LANCZOS)) < 1


def test_a_chart_that_came_as_a_jpeg_is_still_a_chart() -> None:
    made = develop(encoded(chart(1000, 300), quality=75))
    assert (made.width, made.height) == (1000, 300)


def test_a_drawing_with_a_photograph_in_it_becomes_a_jpeg_with_sharp_colours() -> None:
    drawn = chart(1200, 900)
    drawn.paste(photo(700, 700), (400, 100))
    made = develop(encoded(drawn, "PNG"))
    assert (made.suffix, made.width, made.height) == ("jpg", 1200, 900)
    assert b"\xff\xc2\x00\x11\x08\x03\x84\x04\xb0\x03\x01\x11" in made.content  # 1 x 1: full colour


def test_a_drawing_too_fine_for_a_small_png_becomes_a_jpeg() -> None:
    dots = noise(1200, 1200).convert("L").point(lambda level: level & 0xE0)
    made = develop(encoded(dots, "PNG"))
    assert made.suffix == "jpg"
    assert len(made.content) <= darkroom.MAX_OUTPUT


@pytest.mark.parametrize("size", [(700, 2000), (1200, 300), (1000, 1000)])
def test_drawings_are_never_cropped(size: tuple[int, int]) -> None:
    made = develop(encoded(chart(*size), "PNG"))
    assert made.width / made.height == pytest.approx(size[0] / size[1], rel=0.01)


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((1080, 1920), (960, 1200)),
        ((600, 1200), (600, 750)),
        ((1000, 6000), (960, 1200)),
        ((3000, 500), (1200, 500)),
        ((800, 1000), (800, 1000)),
        ((1200, 500), (1200, 500)),
    ],
)
def test_photographs_are_cropped_to_between_4_5_and_12_5(
    size: tuple[int, int], shown: tuple[int, int]
) -> None:
    made = develop(encoded(photo(*size)))
    assert (made.width, made.height) == shown


@given(st.integers(1, 900), st.integers(1, 900))
@settings(max_examples=60, deadline=None)
def test_the_crop_has_the_size_that_was_foretold(width: int, height: int) -> None:
    shown = frame(photo(width, height))
    assert shown.size == shown_size(width, height)
    assert min(shown.size) == min(width, height) or shown.size == (width, height)


def scene(width: int, height: int, box: tuple[int, int, int, int]) -> Pillow.Image:
    """Return a plain wall with a motif in this box."""
    picture = Pillow.new("RGB", (width, height), (170, 180, 190))
    picture.paste(chart(box[2] - box[0], box[3] - box[1]).convert("RGB"), box)
    return picture


def test_of_a_tall_photograph_the_top_stays() -> None:
    tall = photo(400, 1000)
    assert frame(tall) == tall.crop((0, 0, 400, 500))


def test_empty_sky_goes_before_the_head_below_it() -> None:
    shown = frame(scene(400, 1000, (100, 450, 300, 900)))
    assert shown == scene(400, 1000, (100, 450, 300, 900)).crop((0, 430, 400, 930))


def test_a_head_at_the_foot_of_a_tall_photograph_is_kept_whole() -> None:
    tall = scene(400, 1000, (100, 800, 300, 1000))
    assert frame(tall) == tall.crop((0, 500, 400, 1000))


def test_a_tall_photograph_without_any_edge_keeps_its_top() -> None:
    wall = Pillow.linear_gradient("L").resize((100, 400)).convert("RGB")
    assert frame(wall) == wall.crop((0, 0, 100, 125))


@pytest.mark.parametrize(("left", "expected"), [(0, 0), (2100, 1800), (1400, None)])
def test_of_a_wide_photograph_the_busiest_part_stays(left: int, expected: int | None) -> None:
    wide = scene(3000, 500, (left, 100, left + 200, 400))
    shown = frame(wide)
    assert shown.size == (1200, 500)
    at = next(x for x in range(0, 1801, 10) if shown == wide.crop((x, 0, x + 1200, 500)))
    assert at <= left
    assert left + 200 <= at + 1200
    if expected is None:
        assert at == 900


def test_a_wide_photograph_of_nothing_keeps_its_middle() -> None:
    wide = Pillow.linear_gradient("L").resize((1000, 100)).convert("RGB")
    assert frame(wide) == wide.crop((380, 0, 620, 100))


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (199, 150), (300, 79), (150, 900)])
def test_pictures_too_small_to_show_are_refused(size: tuple[int, int]) -> None:
    with pytest.raises(PictureRefused, match="could be shown; choose one of at least 200 x 80"):
        develop(encoded(photo(*size), "PNG"))


def test_spacers_and_rules_are_refused() -> None:
    with pytest.raises(PictureRefused, match="could be shown"):
        develop(encoded(chart(1200, 20), "PNG"))


def test_a_picture_of_nearly_one_colour_is_refused() -> None:
    plain = Pillow.new("RGB", (600, 400), (20, 40, 60))
    ImageDraw.Draw(plain).point((300, 200), fill="white")
    for raw in (encoded(plain), encoded(plain, "PNG"), encoded(Pillow.new("RGBA", (600, 400)), "PNG")):
        with pytest.raises(PictureRefused, match="nearly of one colour"):
            develop(raw)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_turn_that_the_exif_names_is_made(orientation: int) -> None:
    raw = encoded(photo(600, 450), exif=exif(orientation), quality=95)
    made = develop(raw)
    found = opened(made.content)
    assert unlike(found, ImageOps.exif_transpose(opened(raw))) < 3
    assert not found.getexif()


def test_what_stands_upright_only_after_its_turn_is_cropped_as_it_stands() -> None:
    made = develop(encoded(photo(2000, 1000), exif=exif(6)))
    assert (made.width, made.height) == (960, 1200)


def test_what_is_transparent_lies_on_white() -> None:
    clear = photo(600, 400).convert("RGBA")
    clear.paste((0, 0, 0, 0), (0, 0, 300, 400))
    palette = clear.convert("RGB").quantize(200)
    corner = palette.getpixel((5, 5))
    for raw in (
        encoded(clear, "PNG"),
        encoded(clear, "WEBP"),
        encoded(clear.convert("LA"), "PNG"),
        encoded(palette, "GIF", transparency=corner),
        encoded(clear.convert("RGB"), "PNG", transparency=(0, 0, 0)),
    ):
        found = opened(develop(raw).content).convert("RGB")
        assert min(found.crop((0, 0, 280, 400)).tobytes()) >= 245


@pytest.mark.parametrize("mode", ["1", "L", "P", "I;16", "CMYK"])
def test_every_mode_shows_what_it_showed(mode: str) -> None:
    source = photo(600, 400)
    if mode == "I;16":
        turned = source.convert("L").convert("I").point(lambda level: level * 257).convert("I;16")
    else:
        turned = source.convert(mode)
    made = develop(encoded(turned, "JPEG" if mode == "CMYK" else "PNG"))
    wanted = source if mode in {"P", "CMYK"} else source.convert("1" if mode == "1" else "L")
    found = opened(made.content)
    if mode == "1":
        assert made.suffix == "png"
    assert unlike(found, wanted) < 16


def test_the_colour_profile_is_obeyed_before_it_goes() -> None:
    red = ImageChops.multiply(photo(600, 400), Pillow.new("RGB", (600, 400), (255, 40, 40)))
    true = opened(develop(encoded(red, icc_profile=rgb_profile(*SRGB))).content)
    assert unlike(true, red) < 10
    swapped = opened(develop(encoded(red, icc_profile=rgb_profile(*SRGB[::-1]))).content)
    assert unlike(swapped, Pillow.merge("RGB", red.split()[::-1])) < 10
    assert "icc_profile" not in swapped.info


def test_inks_become_the_colours_that_their_profile_names() -> None:
    inks = photo(600, 400).convert("CMYK")
    inks.paste((0, 0, 0, 255), (0, 0, 200, 400))
    inks.paste((255, 0, 0, 0), (400, 0, 600, 400))
    found = opened(develop(encoded(inks, icc_profile=red_paper_profile())).content).convert("RGB")
    red, _, cyan = ImageStat.Stat(found.crop((420, 0, 600, 400))).mean
    assert red > cyan + 40
    assert ImageStat.Stat(found.crop((0, 0, 180, 400)).convert("L")).mean[0] < 60


@pytest.mark.parametrize(
    "profile",
    [b"", b"no profile", rgb_profile(*SRGB)[:200], red_paper_profile(), b"x" * (negatives._MAX_PROFILE + 1)],
    ids=["empty", "text", "cut short", "of other colours", "huge"],
)
def test_a_colour_profile_that_cannot_be_used_is_passed_over(profile: bytes) -> None:
    source = photo(600, 400)
    assert unlike(opened(develop(encoded(source, icc_profile=profile)).content), source) < 6


def test_even_noise_fits_into_the_limit() -> None:
    made = develop(encoded(noise(1200, 1200), "PNG"))
    assert len(made.content) <= darkroom.MAX_OUTPUT
    assert made.width == made.height


def test_the_seeds_pictures_are_photographs() -> None:
    for path in sorted(seeds("images").glob("*.jpg")):
        made = develop(path.read_bytes())
        assert (made.suffix, made.width, made.height) == ("jpg", 1200, 800)


@given(st.binary(max_size=300), st.sampled_from(["JPEG", "PNG", "GIF", "WEBP"]), st.integers(0, 4000))
@settings(max_examples=80, deadline=None)
def test_damaged_pictures_are_refused_or_read_and_nothing_else(junk: bytes, kind: str, where: int) -> None:
    raw = encoded(photo(240, 160), kind)
    try:
        made = develop(raw[:where] + junk + raw[where + len(junk) :])
    except PictureRefused:
        return
    with Pillow.open(io.BytesIO(made.content)) as found:
        assert found.size == (made.width, made.height)
