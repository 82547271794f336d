"""The colours of the pages, light and dark, computed from the paper's own.

A paper chooses its colour for the masthead, not for legibility: here it moves towards black (on paper)
or white (at night) until text in it reaches the contrast that WCAG 2.2 (1.4.3) asks for.
"""

from __future__ import annotations

from colorsys import hls_to_rgb, rgb_to_hls
from dataclasses import dataclass

TEXT_CONTRAST = 4.5
_STEPS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """The colours of one scheme, each `#rrggbb`: `ink`, `muted` and `accent` are text on page and sheet."""

    page: str
    sheet: str
    field: str
    ink: str
    muted: str
    rule: str
    hairline: str
    accent: str
    on_accent: str
    alarm: str


def light_palette(colour: str) -> Palette:
    """Return the colours on paper, which are those of the editions."""
    accent = readable(colour, "#efece5", "#fffefb", "#f6f3ec")
    return Palette(
        page="#efece5",
        sheet="#fffefb",
        field="#ffffff",
        ink="#1c1a17",
        muted="#5e584e",
        rule="#1c1a17",
        hairline="#dcd6ca",
        accent=accent,
        on_accent=_text_on(accent),
        alarm="#9b1c1c",
    )


def dark_palette(colour: str) -> Palette:
    """Return the colours at night."""
    accent = readable(colour, "#121110", "#1c1a18", "#262320")
    return Palette(
        page="#121110",
        sheet="#1c1a18",
        field="#121110",
        ink="#ece7de",
        muted="#b8b0a3",
        rule="#8f877b",
        hairline="#3b3732",
        accent=accent,
        on_accent=_text_on(accent),
        alarm="#ff9c8f",
    )


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: str, *backgrounds: str) -> str:
    """Return the colour nearest to `colour` in which text can be read on every background.

    Its hue stays; its lightness goes towards black or white, whichever stands out from the backgrounds.
    """
    hue, lightness, saturation = rgb_to_hls(*(channel / 255 for channel in _channels(colour)))
    goal = max((0.0, 1.0), key=lambda end: contrast(_shade(hue, end, saturation), backgrounds[0]))
    moves = (lightness + (goal - lightness) * step / _STEPS for step in range(1, _STEPS + 1))
    shades = [colour, *(_shade(hue, move, saturation) for move in moves)]
    return next((s for s in shades if all(contrast(s, b) >= TEXT_CONTRAST for b in backgrounds)), shades[-1])


def _text_on(background: str) -> str:
    return max("#ffffff", "#141210", key=lambda text: contrast(text, background))


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    shares = (channel / 255 for channel in _channels(colour))
    linear = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)  # noqa: PLR2004 - sRGB
    return sum(weight * light for weight, light in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _shade(hue: float, lightness: float, saturation: float) -> str:
    return "#" + "".join(f"{round(c * 255):02x}" for c in hls_to_rgb(hue, lightness, saturation))
