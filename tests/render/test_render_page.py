"""What an edition must be when it arrives: design/inbox, part A, line by line."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from lxml import etree

from digest.model.colours import contrast
from tests.render.printing_house import find, full_edition, page_of, print_edition

PRINTED = print_edition()
ARABIC = print_edition(language="ar", name="ضوء الميناء")
SIDEWAYS = pytest.mark.parametrize("html", [PRINTED.html, ARABIC.html], ids=["ltr", "rtl"])
VISIBLE = "//body//*[text()[normalize-space()]][not(ancestor-or-self::*[@class='preheader'])]"


def style_of(element: etree._Element) -> dict[str, str]:
    pairs = (pair.partition(":") for pair in element.get("style", "").split(";") if ":" in pair)
    return {name.strip(): value.strip() for name, _, value in pairs}


def inherited(element: etree._Element, name: str) -> str:
    for node in (element, *element.iterancestors()):
        if name in style_of(node):
            return style_of(node)[name]
    raise AssertionError(f"nothing sets {name} for {etree.tostring(element)[:200]!r}")


def colour_of(element: etree._Element, name: str) -> str:
    """Return a colour in six digits; premailer shortens `#ffffff`."""
    colour = inherited(element, name)
    return colour if len(colour) == 7 else "#" + "".join(digit * 2 for digit in colour[1:])


@SIDEWAYS
def test_it_begins_with_an_upper_case_doctype(html: str) -> None:
    assert html.startswith("<!DOCTYPE html>\n<html ")


@pytest.mark.parametrize(("html", "lang", "way"), [(PRINTED.html, "en", "ltr"), (ARABIC.html, "ar", "rtl")])
def test_language_and_direction_stand_on_the_page_and_on_the_wrapper(html: str, lang: str, way: str) -> None:
    page = page_of(html)
    (wrapper,) = find(page, "/html/body/div")
    assert (page.get("lang"), page.get("dir")) == (wrapper.get("lang"), wrapper.get("dir")) == (lang, way)
    assert wrapper.get("role") == "article"
    assert wrapper.get("aria-roledescription") == "email"
    assert wrapper.get("aria-label") == find(page, "/html/head/title")[0].text


def test_the_title_is_the_subject() -> None:
    assert find(page_of(PRINTED.html), "//title/text()") == [PRINTED.subject]


def test_the_metas_are_there() -> None:
    page = page_of(PRINTED.html)
    names = set(find(page, "//meta/@name"))
    assert find(page, "//meta/@charset") == ["utf-8"]
    assert {
        "viewport",
        "format-detection",
        "x-apple-disable-message-reformatting",
        "color-scheme",
        "supported-color-schemes",
    } <= names
    assert ":root { color-scheme: light dark; supported-color-schemes: light dark }" in PRINTED.html


@SIDEWAYS
def test_tables_are_for_layout_and_say_so(html: str) -> None:
    for table in find(page_of(html), "//table"):
        assert table.get("role") == "presentation"
        assert [table.get(name) for name in ("border", "cellpadding", "cellspacing")] == ["0", "0", "0"]


@SIDEWAYS
def test_conditionals_are_balanced(html: str) -> None:
    ghosts = "".join(re.findall(r"<!--\[if mso\]>(.*?)<!\[endif\]-->", html, re.DOTALL))
    assert html.count("<!--[if mso]>") == html.count("<![endif]-->") > 2
    for tag in ("table", "tr", "td"):
        assert len(re.findall(f"<{tag}[ >]", ghosts)) == ghosts.count(f"</{tag}>") > 0


@SIDEWAYS
def test_the_style_element_is_small_and_only_refines(html: str) -> None:
    styles = find(page_of(html), "//style/text()")
    assert find(page_of(html), "//body//style") == []
    css = "".join(styles)
    assert len(css.encode()) < 16_000
    assert "url(" not in css
    assert "@import" not in css
    assert not re.search(r"@media[^{]*\{(?:[^{}]|\{[^{}]*\})*@media", css)


@SIDEWAYS
def test_nothing_load_bearing_is_what_clients_drop(html: str) -> None:
    for element in find(page_of(html), "//*[@style]"):
        style = style_of(element)
        assert style.get("display", "block") in {"block", "none", "inline-block"}
        for name, value in style.items():
            assert name not in {"position", "float", "background-image", "flex", "grid"}
            assert not re.search(
                r"var\(|calc\(|[0-9](?:rem|vw|vh)\b|auto" if name != "height" else r"var\(", value
            )
            if name.startswith("padding") and value not in {"0", "0px"}:
                assert element.tag == "td" or "button" in element.get("class", "")
            if name.startswith("margin"):
                assert value == "0"


@SIDEWAYS
def test_pictures_have_size_text_and_credit(html: str) -> None:
    pictures = find(page_of(html), "//img")
    assert len(pictures) == 5
    for picture in pictures:
        assert int(picture.get("width")) <= 536
        assert int(picture.get("height")) > 0
        assert picture.get("alt")
        assert picture.get("src").startswith("https://")
        assert picture.get("srcset") is None
        (credit,) = find(picture, "ancestor::tr[1]/following-sibling::tr[1]/td[contains(@class, 'credit')]")
        assert "Lea Novák" in "".join(credit.itertext())


def test_the_preheader_comes_first() -> None:
    (wrapper,) = find(page_of(PRINTED.html), "/html/body/div")
    text = next(text.strip() for text in wrapper.itertext() if text.strip())
    assert 40 <= len(text) <= 130
    assert text not in {PRINTED.subject, full_edition().stories[0].headline}


@SIDEWAYS
def test_headings_skip_no_level(html: str) -> None:
    levels = [int(heading.tag[1]) for heading in find(page_of(html), "//h1 | //h2 | //h3 | //h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert levels.count(3) == len(full_edition().stories) + 2


@SIDEWAYS
def test_a_link_text_leads_to_one_place_only(html: str) -> None:
    targets: dict[str, set[str]] = {}
    for link in find(page_of(html), "//a[not(img)]"):
        targets.setdefault("".join(link.itertext()).strip(), set()).add(link.get("href"))
    assert "" not in targets
    assert all(len(places) == 1 for places in targets.values())


def test_the_button_names_its_story() -> None:
    (button,) = find(page_of(PRINTED.html), "//td[@bgcolor]/a[contains(@class, 'button')]")
    assert "City will relight" in button.text
    assert button.get("href") == "https://paper.example/2026/04/bridge-1"


@SIDEWAYS
def test_everything_can_be_read(html: str) -> None:
    for element in find(page_of(html), VISIBLE):
        size, height = inherited(element, "font-size"), inherited(element, "line-height")
        pixels, leading = float(size.removesuffix("px")), float(height.removesuffix("px"))
        assert pixels >= 13
        assert leading >= (1.4 if pixels < 20 else 1.1) * pixels, etree.tostring(element)[:200]
        ground = colour_of(element, "background-color")
        assert contrast(colour_of(element, "color"), ground) >= 4.5, etree.tostring(element)[:200]
        assert inherited(element, "font-family").endswith("serif")


@SIDEWAYS
def test_stories_are_set_in_sixteen_pixels_or_more(html: str) -> None:
    for cell in find(page_of(html), "//td[contains(@class, 'summary') or contains(@class, 'box-item')]"):
        assert float(style_of(cell)["font-size"].removesuffix("px")) >= 16


def test_it_is_small_enough_for_gmail() -> None:
    assert len(PRINTED.html.encode()) < 60_000


def test_it_runs_no_script_and_asks_for_nothing_from_elsewhere() -> None:
    page = page_of(PRINTED.html)
    assert find(page, "//script | //form | //link | //iframe | //*[starts-with(name(@*), 'on')]") == []
    assert "@font-face" not in PRINTED.html


def test_the_footer_says_all_it_must() -> None:
    footer = PRINTED.html[PRINTED.html.index("You receive this letter because") :]
    for needed in (
        "View in browser",
        "Past editions",
        "Preferences",
        "Unsubscribe",
        "mailto:corrections@paper.example",
        "12 Wharf Street, Marlowe Bay",
    ):
        assert needed in footer


def test_a_story_in_another_script_says_so() -> None:
    (headline,) = find(page_of(PRINTED.html), "//h3[contains(., 'المحادثة')]")
    (table, *_) = headline.iterancestors("table")
    assert (table.get("lang"), table.get("dir")) == ("ar", "rtl")


def test_a_latin_story_in_an_arabic_edition_says_so() -> None:
    (headline,) = find(page_of(ARABIC.html), "//h3[contains(@class, 'headline-lead')]")
    (table, *_) = headline.iterancestors("table")
    assert table.get("dir") == "ltr"


def test_arabic_letters_are_not_spaced() -> None:
    assert "letter-spacing" in PRINTED.html
    assert "letter-spacing" not in ARABIC.html
    assert "text-transform" not in ARABIC.html


@SIDEWAYS
def test_every_colour_has_its_counterpart_at_night(html: str) -> None:
    css = "".join(find(page_of(html), "//style/text()"))
    for scope in ("", r"\[data-ogsc\] "):
        for name in ("sheet", "box", "button", "headline", "summary", "ears", "label", "section"):
            assert re.search(rf"^{scope}[^{{\n]*\.{name}\b[^{{\n]*\{{", css, re.MULTILINE), (scope, name)


@pytest.mark.parametrize("language", ["en", "es", "fr", "de", "ar"])
def test_every_language_prints(language: str) -> None:
    printed = print_edition(language=language)
    assert f'lang="{language}"' in printed.html
