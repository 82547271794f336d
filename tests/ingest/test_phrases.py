"""Lines that a newspaper's pages say around an article, and sentences that only look like them."""

# The quotation marks of newspapers are what is read here.
# ruff: noqa: RUF001

from __future__ import annotations

import pytest

from digest.ingest.phrases import is_correction, judge
from digest.model.article import DroppedKind

FURNITURE = {
    DroppedKind.SHARE: (
        "Share on Facebook",
        "Tweet",
        "Copy link",
        "Link copied!",
        "Gift this article",
        "Share this story on social media",
        "Send to a friend",
    ),
    DroppedKind.CALL: (
        "Thanks for signing up!",
        "Thank you for subscribing to our newsletter.",
        "Sign up to receive our morning briefing.",
        "By signing up, you agree to our terms.",
        "Invalid email address",
    ),
    DroppedKind.RELATED: (
        "Read more: Bridge closes for repairs",
        "READ: Bridge closes for repairs",
        "Also on the Light: Bridge closes",
        "From the archives: Bridge closes",
        "See more of our coverage here.",
        "For more stories, click here.",
        "Most read",
        "Editor’s picks",
    ),
    DroppedKind.PROMO: (
        "Ad",
        "Scroll to continue",
        "Listen · 5 min",
        "This article was narrated by an automated voice.",
        "Join our WhatsApp channel",
        "View this post on Instagram",
        "Click to enlarge",
        "Back to top",
        "Please enable JavaScript to view the comments.",
        "Please consider donating to The Harbor Light.",
        "Your donation supports student journalists.",
        "Have a tip? Email the desk at tips@light.example.",
        "Send letters to letters@light.example",
    ),
    DroppedKind.CORRECTIONS: (
        "If you see an error, write to the desk.",
        "Corrections: If you are aware of an inaccuracy, we would like to know about it.",
    ),
    DroppedKind.MARKUP: (
        "This story was updated at 5:14 p.m. to include a comment by the mayor.",
        "This is a developing story. Check back for updates.",
        "This article was originally published on May 4, 2026.",
        "A version of this article appeared in print.",
        "Editor’s note: This story has been updated to include the mayor’s comment.",
        "Updated at 5:14 p.m. with a comment by the mayor",
    ),
}
SENTENCES = (
    "“Your donation helps us,” she said.",
    "Your support helps, the mayor said.",
    "Do you have an idea how long it will take?",
    "Save it.",
    "Read the full story of the bridge, he told the crowd.",
    "Updated rules were revised.",
    "The report was revised on May 4 after the council complained about its figures, and it says more now.",
    "This story was updated by hand each evening, she said.",
    "Have a question? Nobody at the desk could answer it.",
    "Become a member of the rowing club and the day begins at five.",
    "Listen: the harbour is never quiet, Brandt said.",
    "The column was revised twice by the architect.",
)


@pytest.mark.parametrize(
    ("kind", "line"), [(kind, line) for kind, lines in FURNITURE.items() for line in lines]
)
def test_what_a_page_says_around_an_article_is_no_part_of_it(kind: DroppedKind, line: str) -> None:
    assert judge(line) is kind


@pytest.mark.parametrize("line", SENTENCES)
def test_a_sentence_that_only_looks_like_it_stays(line: str) -> None:
    assert judge(line) is None
    assert not is_correction(line)


@pytest.mark.parametrize(
    "line",
    [
        "Correction: The mayor's name is Brandt.",
        "Editor’s note: An earlier version of this story misspelled Brandt.",
        "An earlier version misstated the cost of the bridge.",
        "The Harbor Light regrets the error.",
        "Correction, Nov. 24: The vote was 7-2.",
        "Correction Nov. 24, 2026: The vote was 7-2.",
        "Correction (Nov. 24, by the desk): The vote was 7-2.",
        "Correction 11/24: The vote was 7-2.",
        "Correction at 9:12 p.m. on Nov. 24: The vote was 7-2.",
        "Correction, Tuesday, Sept. 1st, noon EST: The vote was 7-2.",
        "CORRECTION — The vote was 7-2.",
        "Correction appended Nov. 24: The vote was 7-2.",
        "*Clarification, Nov. 24: The vote was on the pier.",
        "Clarifications: The vote was on the pier.",
        "Corrections: The vote was 7-2, not 6-3.",
        "Corrections: an earlier version misspelled two names",
        "Corrections, Nov. 24: Brandt, with a t",
        "A correction was made on Nov. 24, 2026: The vote was 7-2.",
        "A correction was made to this article on Nov. 24.",
        "This article has been corrected to say that the vote was 7-2.",
        "This story was updated on Nov. 24 to correct the vote.",
        "Editor's Note (11/24): This article was updated to correct the vote.",
    ],
)
def test_a_correction_is_known_by_its_words(line: str) -> None:
    assert is_correction(line)


def test_who_regrets_something_else_corrects_nothing() -> None:
    assert not is_correction("The university regrets the errors in its billing.")


@pytest.mark.parametrize(
    "line",
    [
        "Correction officers: a day inside the county jail",
        "Correction officers — there are forty of them — met on Monday.",
        "Corrections: a new era for the state's prisons begins",
        "Corrections: A New Era for the State's Prisons Begins",
        "Clarification of the rules: what swimmers have to know now.",
        "Correction Request Form: write to us",
        "Corrections: If you are aware of an inaccuracy, we would like to know about it.",
        "A correction was made to the budget after the council complained.",
        "This story was updated to include the mayor's comment.",
    ],
)
def test_what_only_has_the_word_corrects_nothing(line: str) -> None:
    assert not is_correction(line)
