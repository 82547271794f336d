"""The colours of an edition, light and dark, computed from the paper's own.

A paper chooses one colour for its masthead, not for legibility. Here it is moved towards black (on
paper) or white (at night) until text in it reaches the contrast that WCAG 2.2 (1.4.3) asks for.
"""

from __future__ import annotations

from colorsys import hls_to_rgb, rgb_to_hls
from dataclasses import dataclass

TEXT_CONTRAST = 4.5  # WCAG 2.2, 1.4.3: text below 24 px
_STEPS = 50
_MID_GREY = 0.18  # the luminance that black and white contrast with alike


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """The colours of one scheme, each `#rrggbb`.

    `page` lies under the `sheet`, `tint` marks boxes on it. `ink` and `muted` are text on all three, and
    so is `accent`, on which `on_accent` is text. `rule` and `hairline` are lines and carry no meaning.
    `field` lies under what is typed into a form, `alarm` is the text that says what is wrong with it.
    """

    page: str
    sheet: str
    tint: str
    ink: str
    muted: str
    rule: str
    hairline: str
    accent: str
    on_accent: str
    field: str
    alarm: str


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: str, *backgrounds: str, ratio: float = TEXT_CONTRAST) -> str:
    """Return the colour nearest to `colour` in which text can be read on every background.

    Its hue stays; its lightness goes towards black or white, whichever stands out from the backgrounds.
    """
    night = sum(map(_luminance, backgrounds)) / len(backgrounds) < _MID_GREY
    hue, lightness, saturation = rgb_to_hls(*(channel / 255 for channel in _channels(colour)))
    goal = 1.0 if night else 0.0
    shade = colour
    for step in range(1, _STEPS + 1):
        if all(contrast(shade, background) >= ratio for background in backgrounds):
            return shade
        moved = lightness + (goal - lightness) * step / _STEPS
        shade = "#" + "".join(f"{round(c * 255):02x}" for c in hls_to_rgb(hue, moved, saturation))
    return shade


def light_palette(colour: str) -> Palette:
    """Return the colours of the edition on paper."""
    page, sheet, tint = "#efece5", "#fffefb", "#f6f3ec"
    accent = readable(colour, page, sheet, tint)
    return Palette(
        page=page,
        sheet=sheet,
        tint=tint,
        ink="#1c1a17",
        muted="#5e584e",
        rule="#1c1a17",
        hairline="#dcd6ca",
        accent=accent,
        on_accent=_text_on(accent),
        field="#ffffff",
        alarm="#9b1c1c",
    )


def dark_palette(colour: str) -> Palette:
    """Return the colours of the edition at night."""
    page, sheet, tint = "#121110", "#1c1a18", "#262320"
    accent = readable(colour, page, sheet, tint)
    return Palette(
        page=page,
        sheet=sheet,
        tint=tint,
        ink="#ece7de",
        muted="#b8b0a3",
        rule="#8f877b",
        hairline="#3b3732",
        accent=accent,
        on_accent=_text_on(accent),
        field="#121110",
        alarm="#ff9c8f",
    )


def _text_on(background: str) -> str:
    return max("#ffffff", "#141210", key=lambda text: contrast(text, background))


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    linear = (
        c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB
        for c in _channels(colour)
    )
    return sum(weight * channel for weight, channel in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
