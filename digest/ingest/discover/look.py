"""How a site looks: its colour and its logo, from what its page and its stylesheet declare."""

# Lists of words are easier to read and to add to as words.
# ruff: noqa: SIM905

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from digest.ingest.discover.clue import Clue, address_of, best, line_of
from digest.ingest.discover.homepage import HomePage
from digest.ingest.htmltree import names
from digest.ingest.pictures import image_of

_PROPERTY = re.compile(r"--([A-Za-z][\w-]{0,60})\s{0,9}:\s{0,9}([^;{}]{3,60})")
_REFERENCE = re.compile(r"var\(\s*--([\w-]{1,60})\s*[,)]")
_NAMED = ("brand", "primary", "accent", "masthead", "theme", "main")
# Colours that stand on others or come and go, and those that frameworks bring along.
_PARTIAL = re.compile(
    r"text|hover|border|background|\bbg\b|-bg|contrast|inverse|foreground|focus|active|visited|shadow|(?:^|-)on-|light|"
    r"dark|rgb|muted"
)
_FACTORY = frozenset(
    "#0d6efd #007bff #da532c #2b5797 #603cba #9f00a7 #00aba9 #b91d47 #ffc40d #2d89ef #5bbad5 #0073aa "
    "#2271b1".split()
)
_LEAST_TINT = 25
_MAX_CSS = 500_000
_MAX_PICTURES = 100
_NEAR = 6
_LOGO = re.compile(r"logo|masthead|nameplate|flag", re.IGNORECASE)
_NO_LOGO = re.compile(r"sponsor|partner|advert|facebook|twitter|instagram|youtube|footer", re.IGNORECASE)


def colour_of(written: object) -> str:
    """Return a CSS colour as `#rrggbb`; empty for white, black, greys, what shines through, and no colour."""
    from PIL import ImageColor  # noqa: PLC0415 # 30 ms that only those pay who look for a colour

    try:
        red, green, blue, *alpha = ImageColor.getrgb(line_of(written, most=40).lower())
    except ValueError:
        return ""
    channels = (red, green, blue)
    if max(channels) > 255 or max(channels) - min(channels) < _LEAST_TINT or alpha not in ([], [255]):  # noqa: PLR2004
        return ""
    return f"#{red:02x}{green:02x}{blue:02x}"


def colour(page: HomePage, told: Clue) -> Clue:
    """Return the colour that the CMS, the page's metas or its own styles declare."""
    themes = [
        node.get("content")
        for node in page.tree.iter("meta")
        if (node.get("name") or "").lower() == "theme-color" and "dark" not in (node.get("media") or "")
    ]
    masks = [node.get("color") for node in page.links("mask-icon")]
    inline = "\n".join(node.text or "" for node in page.tree.iter("style"))
    return best(
        told,
        Clue(_first(themes), "the home page's theme-color"),
        Clue(_first(page.meta.get("msapplication-tilecolor", [])), "the home page's TileColor"),
        Clue(_first(masks), "the home page's mask icon"),
        colour_in(inline, "the home page's styles"),
    )


def stylesheet(page: HomePage) -> str:
    """Return the address of the site's own first stylesheet, a theme's before others; empty without one."""
    found = [address_of(node.get("href"), page.url) for node in page.links("stylesheet")]
    own = [url for url in found if url.startswith(f"{page.root}/")]
    return min(own, key=lambda url: not re.search(r"theme|main|style|site", url), default="")


def colour_in(css: str, where: str) -> Clue:
    """Return the colour that custom properties of a stylesheet name the brand's, primary or accent."""
    found = {name.lower(): value.strip() for name, value in _PROPERTY.findall(css[:_MAX_CSS])}
    for word in _NAMED:
        for name, value in found.items():
            if word not in name or _PARTIAL.search(name):
                continue
            reference = _REFERENCE.match(value)
            shade = _first([found.get(reference[1].lower()) if reference else value])
            if shade:
                return Clue(shade, f"--{name} in {where}")
    return Clue()


def logo(page: HomePage, told: Clue) -> Clue:
    """Return the address of the logo, one that mail programs show before an SVG, which they do not."""
    clues = [
        told,
        *(Clue(url, "the home page's linked data") for url in _linked(page)),
        *(Clue(url, "the head of the home page") for url in islice(_pictured(page), 3)),
        *(
            Clue(address_of(node.get("href"), page.url), "the home page's touch icon")
            for node in page.links("apple-touch-icon", "apple-touch-icon-precomposed")
        ),
        Clue(address_of(page.said("og:logo"), page.url), "the home page's og:logo"),
    ]
    return best(*(clue for clue in clues if not is_svg(clue.value)), *clues)


def is_svg(url: str) -> bool:
    """Say whether an address is that of an SVG."""
    return bool(re.search(r"\.svgz?(?:[?#]|$)", url, re.IGNORECASE))


def _first(written: list[Any]) -> str:
    shades = map(colour_of, written[:10])
    return next((shade for shade in shades if shade and shade not in _FACTORY), "")


def _linked(page: HomePage) -> Iterator[str]:
    for node in page.publishers:
        said = node.get("logo")
        said = said[0] if isinstance(said, list) and said else said
        said = (said.get("url") or said.get("contentUrl")) if isinstance(said, dict) else said
        url = address_of(said, page.url)
        if url:
            yield url


def _pictured(page: HomePage) -> Iterator[str]:
    """Walk over the pictures in the page's head, or in a frame so named, that call themselves a logo."""
    for node in islice(page.tree.iter("img"), _MAX_PICTURES):
        frames = list(islice(node.iterancestors(), _NEAR))
        near = " ".join(map(names, frames[:2]))
        image = image_of(node, base=page.url)
        if (
            image is None
            or not image.url.isprintable()
            or not (_LOGO.search(near) or any(f.tag in {"header", "nav", "h1"} for f in frames))
        ):
            continue
        said = f"{near} {names(node)} {image.alt} {image.url}"
        if _LOGO.search(said) and not _NO_LOGO.search(said):
            yield image.url
