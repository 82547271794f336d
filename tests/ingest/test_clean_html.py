"""HTML into plain passages: what is kept, what is dropped under which kind, and that no markup survives."""

# The quotation marks and dashes of newspapers are what is read here.
# ruff: noqa: RUF001

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from digest.ingest.clean import Cleaned, clean_html
from digest.ingest.markup import plain, without_tags
from digest.model.article import Image

ONE = "The harbour bridge reopened on Monday after nine months of repairs."
TWO = "“We waited long for this day,” said Mayor Olga Brandt."
LONG = " ".join(["The work cost 12 million dollars, two more than planned."] * 30)


def lines(cleaned: Cleaned) -> list[str]:
    """Return heads (with a `#`) and paragraphs in order."""
    return [
        line
        for p in cleaned.passages
        for line in ([f"# {p.heading}"] if p.heading else []) + list(p.paragraphs)
    ]


def kinds(cleaned: Cleaned) -> list[str]:
    return [d.kind.value for d in cleaned.dropped]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (f"<p>{ONE}</p><p>{TWO}</p>", [ONE, TWO]),
        (ONE, [ONE]),
        ("", []),
        ("  \n ", []),
        ("\x00", []),
        ("<!-- nothing -->", []),
        ("<p>One&nbsp;two  three\n four\u200b\u202e.</p>", ["One two three four."]),
        (f"{ONE}<br><br>{TWO}", [ONE, TWO]),
        ("one<br>two<br/>three", ["one two three"]),
        ("one<br>x<br>two", ["one x two"]),
        (f"<h2>“What it cost”</h2><p>{ONE}</p>", ["# What it cost", ONE]),
        (f"<p>{ONE}</p><h3>It’s ‘over’</h3><p>{TWO}</p>", [ONE, "# It’s ‘over’", TWO]),
        (f"<p><strong>What it cost</strong></p><p>{ONE}</p>", ["# What it cost", ONE]),
        (f"<p><b>What</b> it cost</p><p>{ONE}</p>", ["What it cost", ONE]),
        (f"<p><b>{ONE}</b></p>", [ONE]),
        ("<p><strong>Ana:<br>yes</strong></p>", ["Ana: yes"]),
        ("<ul><li>stone</li><li>steel<ul><li>screws</li></ul></li></ul>", ["stone", "steel", "screws"]),
        (f"<blockquote><p>{TWO}</p></blockquote>", [TWO]),
        ("<p>She said <q>never</q>.</p>", ["She said “never”."]),
        ("<p>It cost <del>ten</del> <s>eleven</s> twelve.</p>", ["It cost twelve."]),
        ("<table><tr><td>Pier</td><td>9 tons</td></tr></table>", ["Pier | 9 tons"]),
        (f"<table><tr><td><p>{ONE}</p><p>{TWO}</p></td></tr></table>", [ONE, TWO]),
        (f"<p>{ONE}</p><hr>{TWO}", [ONE, TWO]),
        ("<p>5 &lt; 7 &amp; 9 > 8</p>", ["5 < 7 & 9 > 8"]),
        ("<p>I <3 bridges</p>", ["I <3 bridges"]),
        ("&lt;p&gt;Escaped once too often&lt;/p&gt;", ["Escaped once too often"]),
        ("<p>a &lt;script&gt;alert(1)&lt;/script&gt; b</p>", ["a alert(1) b"]),
        ("<p>&lt;scr&lt;b&gt;ipt&gt;x</p>", ["x"]),
        (f"<p>{ONE}</p><?php echo 1 ?><p>{TWO}</p>", [ONE, TWO]),
        (f"<p>{ONE}<p>{TWO}", [ONE, TWO]),
        ("<h2>Nothing under it</h2>", []),
        (f"<div>Before<p>{ONE}</p>after</div>", ["Before", ONE, "after"]),
        ("<p>naïve “quotes” 日本語 🦭</p>", ["naïve “quotes” 日本語 🦭"]),
        ("<figure><blockquote>A long day</blockquote></figure>", ["A long day"]),
        ("<p><a href='javascript:alert(1)' onclick='x()'>A link</a> stays text.</p>", ["A link stays text."]),
    ],
)
def test_html_becomes_lines(markup: str, expected: list[str]) -> None:
    assert lines(clean_html(markup)) == expected


@pytest.mark.parametrize(
    ("markup", "kind"),
    [
        ("<script>alert(1)</script>", "markup"),
        ("<style>p{}</style>", "markup"),
        ("<form>Name <input></form>", "markup"),
        ("<iframe src=x></iframe>", "markup"),
        ("<svg><text>x</text></svg>", "markup"),
        ("<button>Print</button>", "markup"),
        ("<p hidden>secret</p>", "markup"),
        ("<p style='display: none'>secret</p>", "markup"),
        ("<span class='sr-only'>secret</span>", "markup"),
        ("<div class='share-bar'>Tell others</div>", "share"),
        ("<p>Share this on Facebook</p>", "share"),
        ("<div class='related-posts'><a>Other story</a></div>", "related"),
        ("<p>Related: The bridge closes</p>", "related"),
        ("<p>To stay up-to-date, subscribe to our daily newsletter.</p>", "call"),
        ("<div class='newsletter-signup'>Get it every morning</div>", "call"),
        ("<h2>Sign up for our newsletter</h2>", "call"),
        ("<p class='byline'>By Ana Núñez</p>", "byline"),
        ("<p>Photo by Lea Novák</p>", "caption"),
        ("<p class='wp-caption-text'>Rowers</p>", "caption"),
        (
            "<p>Comments are closed. If you have corrections to submit, you can email The Herald at</p>",
            "corrections",
        ),
        ("<div id='comments'>Lovely story</div>", "comment"),
        ("<aside>By the way</aside>", "promo"),
        ("<p>Advertisement</p>", "promo"),
        ("<div class='promo'>Buy a bicycle</div>", "promo"),
    ],
)
def test_what_is_no_body_is_dropped_with_its_kind(markup: str, kind: str) -> None:
    cleaned = clean_html(f"<p>{LONG}</p>{markup}<p>{TWO}</p>")
    assert lines(cleaned) == [LONG, TWO]
    assert kinds(cleaned) == [kind]


def test_each_comment_is_recorded_alone() -> None:
    cleaned = clean_html(
        f"<p>{ONE}</p><ol class='commentlist'><li class='comment'>Ted: <p>Lovely.</p><div class='comment'>Me too</div></li>"
        "<li id='comment-2'>Suzi: boo</li></ol>"
    )
    assert [(d.kind.value, d.text) for d in cleaned.dropped] == [
        ("comment", "Ted: Lovely. Me too"),
        ("comment", "Suzi: boo"),
    ]


def test_everything_after_a_comments_head_is_a_comment() -> None:
    cleaned = clean_html(f"<p>{ONE}</p><h3>2 Comments</h3><p>Lovely.</p><h4>Reply</h4><p>Boo.</p>")
    assert lines(cleaned) == [ONE]
    assert kinds(cleaned) == ["markup", "comment", "markup", "comment"]


def test_a_wrapper_with_an_unlucky_name_is_kept() -> None:
    cleaned = clean_html(f"<div class='content share-enabled related'><p>{LONG}</p><p>{TWO}</p></div>")
    assert lines(cleaned) == [LONG, TWO]
    assert cleaned.words == len(LONG.split()) + len(TWO.split())


def test_empty_noise_is_not_recorded() -> None:
    assert kinds(clean_html(f"<p>{ONE}</p><div class='promo'><img src='x.jpg'></div>")) == []


def test_a_correction_becomes_the_articles_correction() -> None:
    cleaned = clean_html(f"<p>{ONE}</p><p><em>Correction: It was nine, not ten.</em></p><p>{TWO}</p>")
    assert lines(cleaned) == [ONE, TWO]
    assert cleaned.correction == "Correction: It was nine, not ten."


def test_the_headline_is_no_head_of_its_own_article() -> None:
    cleaned = clean_html(
        f"<h1>Bridge reopens</h1><p>Bridge reopens</p><p>{ONE}</p>", headline="Bridge reopens"
    )
    assert lines(cleaned) == [ONE]


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        (
            "<img src='a.jpg' alt='Rowers &lt;b&gt;'><figcaption>Rowers at dawn. (Photo by Lea Novák)</figcaption>",
            Image(url="https://p.example/a.jpg", alt="Rowers", caption="Rowers at dawn.", credit="Lea Novák"),
        ),
        (
            "<img src='/a.jpg'><figcaption>Rowers. <span class='credit'>Illustration by Ines Valcourt</span></figcaption>",
            Image(url="https://p.example/a.jpg", caption="Rowers.", credit="Ines Valcourt"),
        ),
        (
            "<img data-src='//cdn.example/a.jpg' src='data:image/gif;base64,x'><figcaption>Credit: AP</figcaption>",
            Image(url="https://cdn.example/a.jpg", credit="AP"),
        ),
        (
            "<img src='a.jpg'><p itemprop='creditText'>(Lea Novák)</p>",
            Image(url="https://p.example/a.jpg", credit="Lea Novák"),
        ),
        ("<img src='a.jpg'>", Image(url="https://p.example/a.jpg")),
    ],
)
def test_figures_give_pictures_with_caption_and_credit(figure: str, expected: Image) -> None:
    cleaned = clean_html(f"<figure>{figure}</figure><p>{ONE}</p>", base="https://p.example/story")
    assert cleaned.pictures == (expected,)
    assert lines(cleaned) == [ONE]


def test_pictures_come_from_captions_heads_and_lines_and_pixels_do_not() -> None:
    cleaned = clean_html(
        "<div class='wp-caption'><img src='a.jpg'><p>Rowers</p></div><h2><img src='b.jpg'></h2>"
        "<p>Text <img src='c.jpg'> text</p><img src='pixel.gif' width='1' height=1><img><figure>No picture</figure>"
        "<img src='javascript:alert(1)'><div class=caption>words</div>"
    )
    assert [p.url for p in cleaned.pictures] == ["a.jpg", "b.jpg", "c.jpg"]


def test_very_deep_pages_do_not_crash() -> None:
    for tag in ("div", "span"):
        deep = f"<{tag}>" * 1500 + "deep down" + f"</{tag}>" * 1500
        assert lines(clean_html(f"<p>{ONE}</p>{deep}<p>{TWO}</p>")) == [ONE, "deep down", TWO]
        assert lines(clean_html(f"<p>{ONE}</p>" + f"<{tag}>" * 100_000)) == [ONE]


def test_a_flood_of_combining_marks_is_cut() -> None:
    (line,) = lines(clean_html("<p>Z" + "\u0301" * 500 + "algo</p>"))
    assert len(line) < 12


def test_fields_with_markup_become_a_line() -> None:
    assert plain("<b>Bridge</b> &amp; <i>tunnel</i>") == "Bridge & tunnel"
    assert plain("&lt;b&gt;Bridge&lt;/b&gt;") == "Bridge"
    assert plain("&amp;lt;b&amp;gt;Bridge") == "Bridge"
    assert plain("a<script>alert(1)</script>b<!-- c -->") == "a b"
    assert plain("5 &lt; 7\r\nX: \u2028y") == "5 < 7 X: y"
    assert without_tags("<scr<b>ipt>x").strip() == "x"


VECTORS = (
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<math><mi xlink:href='data:x'>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "<style>@import '//evil.example'</style>",
    "<![CDATA[<script>alert(1)</script>]]>",
    '<p title="><script>alert(1)</script>">x</p>',
    "&lt;img src=x onerror=alert(1)&gt;",
    "<xmp><script>alert(1)</script></xmp>",
    "<textarea><script>alert(1)</script></textarea>",
    "<title><script>alert(1)</script></title>",
    "<!--><script>alert(1)</script>-->",
    "<a\x00b><sc\x00ript>alert(1)</sc\x00ript>",
)


@pytest.mark.parametrize("vector", VECTORS)
def test_no_tag_survives(vector: str) -> None:
    cleaned = clean_html(f"<p>{ONE}</p>{vector}<p>{TWO}</p>")
    said = " ".join([*lines(cleaned), *(d.text for d in cleaned.dropped)])
    assert "<script" not in said.lower()
    assert "<img" not in said.lower()
    assert ONE in said


@given(st.text(alphabet="<>/pbdivscript&;lt gt=\"'!-[]\u00a0\u202eé \n", max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_html_whatsoever_breaks_the_cleaner(markup: str) -> None:
    for line in lines(clean_html(markup)):
        assert line.removeprefix("# ") == " ".join(line.removeprefix("# ").split())
        assert "<script>" not in line
        assert "<p>" not in line


@pytest.mark.parametrize(
    "head", ["By the Numbers", "By Design", "Staff Writer", "The News Desk", "By Hand and Foot"]
)
def test_a_head_above_the_text_that_names_nobody_is_a_head(head: str) -> None:
    assert lines(clean_html(f"<h3>{head}</h3><p>{ONE}</p>")) == [f"# {head}", ONE]


def test_a_byline_below_the_top_is_no_byline_of_the_article() -> None:
    assert lines(clean_html(f"<p>{ONE}</p><h3>By Ana Núñez</h3><p>{TWO}</p>")) == [ONE, "# By Ana Núñez", TWO]


def test_comments_without_an_end_cost_no_time() -> None:
    assert plain("Bridge " + "<!--" * 250_000) == "Bridge"
    assert plain("Bridge <!-- not yet --> reopens") == "Bridge reopens"
