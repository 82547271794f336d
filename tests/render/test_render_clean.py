"""An edition holds words and checked links only."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, strategies as st

from digest.model.edition import Correction, Section, Span, Summary
from digest.render.clean import clean_edition, cut, one_line, safe_link, text_direction
from digest.testing.factories import make_brief, make_edition, make_image


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("Two\r\nlines", "Two lines"),
        ("a\u2028b\u2029c\x85d\x00e\x1bf", "a b c d e f"),
        ("\u202eevil\u202c \u2066x\u2069 \u200ey\u200f", "evil x y"),
        ("so\u00adft\u200bly \ufeffnow", "softly now"),
        ("lone \ud800 half", "lone half"),
        ("non\ufffecharacter\ufdd0", "noncharacter"),
        ("=?utf-8?q?x?=", "= ?utf-8?q?x?="),
        ("use {{ x }} and {% y %} and {{{{", "use { { x } } and { % y % } and { { { {"),
        ("https://mark.digest.invalid/unsubscribe", "https://mark-digest-invalid/unsubscribe"),
        ("no\u00a0break\u3000space", "no break space"),
        ("family 👩‍👩‍👧 stays", "family 👩‍👩‍👧 stays"),
        ("می‌خواهم", "می‌خواهم"),
    ],
)
def test_what_breaks_a_line_or_a_header_is_gone(dirty: str, clean: str) -> None:
    assert one_line(dirty) == clean


@given(st.text(max_size=200))
def test_a_cleaned_line_is_one_line_and_stays_as_it_is(text: str) -> None:
    line = one_line(text)
    assert one_line(line) == line
    assert not any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in line)
    assert "=?" not in line
    assert "{{" not in line


def test_a_flood_of_combining_marks_is_thinned_out() -> None:
    assert one_line("Z" + "\u0301" * 500 + "a") == "Z" + "\u0301" * 6 + "a"


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("short", 10, "short"),
        ("one two three four", 15, "one two three…"),
        ("one two, three four", 12, "one two…"),
        ("x" * 20, 10, "x" * 9 + "…"),
        ("abc👩‍👩‍👧‍👦def", 6, "abc…"),
        ("abce\u0301\u0301\u0301", 6, "abc…"),
        ("ab🇩🇪🇫🇷🇪🇸", 6, "ab🇩🇪…"),
        ("ab🇩🇪🇫🇷🇪🇸", 7, "ab🇩🇪🇫🇷…"),
        ("ab👍🏽cdef", 4, "ab…"),
        ("\u0301\u0301\u0301", 2, "…"),
        ("👩‍👩‍👧‍👦", 3, "…"),
    ],
)
def test_long_text_is_cut_between_words_and_never_inside_a_sign(text: str, limit: int, short: str) -> None:
    assert cut(text, limit) == short


@pytest.mark.parametrize(
    ("text", "direction"),
    [("Harbor", "ltr"), ("«نادي»", "rtl"), ("12 שלום", "rtl"), ("123", "ltr"), ("", "ltr")],
)
def test_the_first_strong_letter_gives_the_direction(text: str, direction: str) -> None:
    assert text_direction(text) == direction


def test_a_text_without_letters_runs_like_its_surroundings() -> None:
    assert text_direction("123", "rtl") == "rtl"


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://paper.example/a?b=1&c=2#d", "https://paper.example/a?b=1&c=2#d"),
        (" http://paper.example:8080/ ", "http://paper.example:8080/"),
        ("https://PAPER.example/Ä/ü?q=ß", "https://paper.example/%C3%84/%C3%BC?q=%C3%9F"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://paper.example/%7Ea", "https://paper.example/%7Ea"),
        ("http://[::1]:8025/a", "http://[::1]:8025/a"),
        ('https://paper.example/"><script>', "https://paper.example/%22%3E%3Cscript%3E"),
        ("mailto:a@example.com?subject=x", "mailto:a@example.com?subject=x"),
        ("mailto:nobody", None),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("//evil.example/", None),
        ("/relative", None),
        ("https:///nohost", None),
        ("https://user@evil.example/", None),
        ("https://paper.example/a\nb", None),
        ("https://paper.example/\u202eevil", None),
        ("https://mark.digest.invalid/unsubscribe", None),
        ("https://paper.example/" + "a" * 900, None),
        ("https://[broken/", None),
        ("https://paper.example:port/", None),
        ("https://" + "ü" * 80 + ".example/", None),
        ("https://paper<b>.example/", None),
        ("https://pa per.example/", None),
        ("", None),
        (None, None),
    ],
)
def test_links_lead_to_the_web_or_a_mailbox_or_nowhere(url: str | None, safe: str | None) -> None:
    assert safe_link(url) == safe


def test_a_brief_without_a_headline_takes_its_first_sentence() -> None:
    edition = clean_edition(make_edition(lead=make_brief(headline="\u200b")))
    assert edition.lead is not None
    assert edition.lead.headline == "The harbour bridge reopened on Monday after nine months of repairs."


def test_what_has_nothing_to_say_is_left_out() -> None:
    silent = make_brief(headline=" ", summary=Summary(spans=(Span(text="\x00", start=0, end=1),)))
    edition = clean_edition(
        make_edition(lead=silent, sections=(Section(name="News", briefs=(silent,)),), headlines=(silent,))
    )
    assert edition.lead is None
    assert edition.sections == ()
    assert edition.headlines == ()


def test_an_edition_without_a_lead_stays_without() -> None:
    assert clean_edition(make_edition(lead=None)).lead is None


def test_a_picture_that_cannot_be_printed_is_left_out() -> None:
    def image_of(**changes: object) -> object:
        lead = clean_edition(make_edition(lead=make_brief(image=make_image(**changes)))).lead
        assert lead is not None
        return lead.image

    assert image_of() is not None
    assert image_of(url="../images/a.jpg") is None
    assert image_of(url="mailto:a@example.com") is None
    assert image_of(credit="\u200b") is None
    assert image_of(width=None) is None


def test_a_picture_without_alternative_text_is_told_by_caption_or_headline() -> None:
    with_caption = clean_edition(
        make_edition(lead=make_brief(image=make_image(alt="", caption="At\ndawn")))
    ).lead
    without = clean_edition(make_edition(lead=make_brief(image=make_image(alt="")))).lead
    assert with_caption is not None
    assert with_caption.image is not None
    assert with_caption.image.alt == "At dawn"
    assert without is not None
    assert without.image is not None
    assert without.image.alt == without.headline


def test_a_language_that_is_none_is_forgotten() -> None:
    edition = clean_edition(make_edition(lead=make_brief(language='en" onclick="')))
    assert edition.lead is not None
    assert edition.lead.language is None


def test_corrections_are_cleaned_too() -> None:
    wrong = Correction(headline="a\nb", url="javascript:x", text="c\u2028d")
    (right,) = clean_edition(make_edition(corrections=(wrong,))).corrections
    assert right == Correction(headline="a b", url=None, text="c d")


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/?u=https://mark.digest.invalid/preferences",
        "https://evil.example/https://mark.digest.invalid/unsubscribe",
        "https://evil.example/#https://MARK.digest.invalid/unsubscribe",
        "https://evil.example/?u=https%3A%2F%2Fmark%2Edigest%2Einvalid%2Fpreferences",
        "https://evil.example/?u=mark%25252Edigest%25252Einvalid",
        "https://evil.example/?u=%2525252525252525",
        "mailto:x@evil.example?body=https://mark.digest.invalid/unsubscribe",
        "https://mark.digest.invalid/unsubscribe",
    ],
)
def test_no_link_of_a_story_can_carry_a_readers_token_away(link: str) -> None:
    assert safe_link(link) is None
