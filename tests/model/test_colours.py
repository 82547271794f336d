"""Whatever colour a paper has, its readers can read."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from digest.model.colours import TEXT_CONTRAST, Palette, contrast, dark_palette, light_palette, readable

COLOURS = st.from_regex(r"#[0-9a-fA-F]{6}", fullmatch=True)


@given(COLOURS)
def test_every_text_can_be_read_by_day_and_by_night(colour: str) -> None:
    for palette in (light_palette(colour), dark_palette(colour)):
        for text in (palette.ink, palette.muted, palette.accent):
            for background in (palette.page, palette.sheet, palette.tint):
                assert contrast(text, background) >= TEXT_CONTRAST
        assert contrast(palette.on_accent, palette.accent) >= TEXT_CONTRAST


def test_a_colour_that_can_be_read_stays_the_paper_s_own() -> None:
    assert light_palette("#7a1f2b").accent == "#7a1f2b"


def test_a_colour_keeps_its_hue() -> None:
    night = dark_palette("#0000ff").accent
    assert int(night[5:7], 16) > int(night[1:3], 16)


@pytest.mark.parametrize(("one", "other", "ratio"), [("#000000", "#ffffff", 21), ("#777777", "#777777", 1)])
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio)


def test_where_nothing_suffices_it_is_black_or_white() -> None:
    assert readable("#808080", "#ffffff", ratio=22) == "#000000"
    assert readable("#808080", "#000000", ratio=22) == "#ffffff"


def test_both_palettes_are_whole() -> None:
    assert isinstance(light_palette("#000000"), Palette)
    assert light_palette("#000000") != dark_palette("#000000")
