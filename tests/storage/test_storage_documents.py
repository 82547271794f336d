from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from digest.model.article import Article, Dropped, DroppedKind, Image, Passage
from digest.model.edition import (
    Brief,
    Correction,
    Decision,
    Edition,
    EditionState,
    Fate,
    Section,
    Span,
    Summary,
)
from digest.storage import documents

words = st.text(st.characters(codec="utf-8") | st.sampled_from("\x00\ud800\u2028é"), max_size=20)
times = st.datetimes(timezones=st.timezones()).map(
    lambda time: time.replace(tzinfo=timezone(time.utcoffset() or timedelta()))
)
moments = st.none() | st.dates() | times
some_images = st.none() | st.builds(
    Image, url=words, alt=words, credit=words, width=st.none() | st.integers(1, 9), height=st.none()
)
briefs = st.builds(
    Brief,
    article_id=st.integers(0),
    headline=words,
    summary=st.builds(
        Summary,
        spans=st.lists(st.builds(Span, text=words, start=st.integers(0), end=st.integers(0)), max_size=2).map(
            tuple
        ),
    ),
    image=some_images,
    published_at=moments,
)
some_briefs = st.lists(briefs, max_size=2).map(tuple)


def texts(size: int = 3) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(words, max_size=size).map(tuple)


@given(
    article=st.builds(
        Article,
        source=words,
        guid=words,
        url=st.none() | words,
        headline=words,
        authors=texts(),
        published_at=moments,
        sections=texts(),
        body=st.lists(st.builds(Passage, heading=st.none() | words, paragraphs=texts()), max_size=2).map(
            tuple
        ),
        image=some_images,
        language=st.none() | words,
        dropped=st.lists(st.builds(Dropped, kind=st.sampled_from(DroppedKind), text=words), max_size=2).map(
            tuple
        ),
        editors_pick=st.booleans(),
    )
)
def test_an_article_survives_being_written_and_read(article: Article) -> None:
    assert documents.load_article(documents.dump(article)) == article


@given(
    edition=st.builds(
        Edition,
        newsletter=words,
        day=st.dates(),
        state=st.sampled_from(EditionState),
        lead=st.none() | briefs,
        sections=st.lists(st.builds(Section, name=words, briefs=some_briefs), max_size=2).map(tuple),
        headlines=some_briefs,
        corrections=st.lists(
            st.builds(Correction, headline=words, url=st.none() | words, text=words), max_size=1
        ).map(tuple),
        decisions=st.lists(
            st.builds(
                Decision,
                article_id=st.integers(0),
                headline=words,
                fate=st.sampled_from(Fate),
                reason=words,
                score=st.floats(allow_nan=False, allow_infinity=False),
            ),
            max_size=2,
        ).map(tuple),
        high_water=st.none() | st.datetimes(timezones=st.just(UTC)),
    )
)
def test_an_edition_survives_being_written_and_read(edition: Edition) -> None:
    assert documents.load_edition(documents.dump(edition)) == edition


@pytest.mark.parametrize(
    "written",
    [
        date(2026, 4, 14),
        datetime(2026, 4, 14, tzinfo=UTC),
        datetime(2026, 4, 14, 0, 0, tzinfo=ZoneInfo("America/New_York")),
        datetime(9999, 12, 31, 23, 59, tzinfo=ZoneInfo("America/New_York")),
        None,
    ],
)
def test_a_bare_date_stays_a_bare_date_and_a_time_keeps_its_offset(written: date | None) -> None:
    article = Article(source="paper", guid="a", url=None, headline="Rain", published_at=written)

    read = documents.load_article(documents.dump(article)).published_at

    assert type(read) is type(written)
    assert (read and read.isoformat()) == (written and written.isoformat())
