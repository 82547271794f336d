"""WordPress' shortcodes that nobody replaced: `[caption …]`, `[gallery …]`, `[vc_row]` out of a body.

A site whose plugin is gone, or whose interface does not run it, writes them into the text as they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TAG = re.compile(r"\[(?P<end>/?)(?P<name>[a-z][a-z0-9_-]*)(?P<more>(?:\s[^\[\]]*|/)?)\]", re.IGNORECASE)
_BUILDER = re.compile(r"(?:vc|et_pb|fusion|av|tdc|wpb)_\w+")
_MACHINERY = re.compile(
    r"gallery|embed|audio|video|playlist|ads?|adrotate|adsense|youtube|vimeo|soundcloud|tweet|instagram|"
    r"contact-form(?:-7)?|gravityforms?|wpforms|mc4wp_form|vc_raw_(?:html|js)"
)
_SET = re.compile(r"\s[\w-]+\s*=\s*\S")
_PARAGRAPH = re.compile(r"</?p\b[^<>]*>", re.IGNORECASE)
_CAPTION = '<span class="wp-caption">'
_HIDDEN = "<span hidden>"


@dataclass(slots=True)
class _Mark:
    """A shortcode's tag: where it stands, and what takes its place; None if it is a text's own bracket."""

    found: re.Match[str]
    instead: str | None = None
    opens: bool = False
    closes: bool = False


def without_shortcodes(markup: str) -> str:
    """Return markup without shortcodes: captions become captions, media is hidden, builders are unwrapped.

    A word in square brackets that nothing shows to be a shortcode stays: "[sic]", "[the mayor]".
    """
    marks = _marked(markup)
    parts: list[str] = []
    at = within = 0
    for mark in marks:
        if mark.instead is None:
            continue
        text = markup[at : mark.found.start()]
        parts += (_PARAGRAPH.sub(" ", text) if within else text, mark.instead)
        within += mark.opens - mark.closes
        at = mark.found.end()
    return "".join((*parts, markup[at:]))


def _marked(markup: str) -> list[_Mark]:
    """Return the tags in their order; from the end, so that each end finds the beginning nearest to it."""
    marks = [_Mark(found) for found in _TAG.finditer(markup)]
    ends: dict[str, _Mark] = {}
    for mark in reversed(marks):
        name = mark.found["name"].lower()
        if mark.found["end"]:
            ends[name] = mark
            mark.instead = "" if _BUILDER.fullmatch(name) else None
            continue
        end = ends.pop(name, None)
        if end is not None and (name == "caption" or _MACHINERY.fullmatch(name)):
            mark.instead, mark.opens = _CAPTION if name == "caption" else _HIDDEN, True
            end.instead, end.closes = "</span>", True
        elif (
            _BUILDER.fullmatch(name) or _SET.match(mark.found["more"]) or _is_alone(markup, mark.found, name)
        ):
            mark.instead = ""
            if end is not None:
                end.instead = ""
    return marks


def _is_alone(markup: str, found: re.Match[str], name: str) -> bool:
    """Say whether a name of machinery is all that its block holds: "the [gallery]" is somebody's word."""
    before, after = markup[: found.start()][-50:].rstrip(), markup[found.end() :][:50].lstrip()
    return bool(_MACHINERY.fullmatch(name)) and before[-1:] in {"", ">"} and after[:1] in {"", "<"}
