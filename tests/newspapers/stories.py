"""The newsroom of an invented paper: its stories, and what editors do to them between two readings."""

# The quotation marks of newspapers are what is read here.
# ruff: noqa: RUF001

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SECTIONS = {"news": "News", "sports": "Sports", "arts": "Arts & Culture"}
CREDITS = ("Lea Novák", "Ben Adeyemi")
AUTHORS: tuple[tuple[str, ...], ...] = (
    ("Ana Núñez",),
    ("Tom Okafor", "Lea Novák"),
    ("Mary-Jane O’Neil",),
    ("The Harbor Light",),
)
_SUBJECTS = (
    "Ferry & bridge crews rest",
    "“Quiet hours” come to the library",
    "Rowers win by a length",
    "Tide tables > time tables",
    "Choir’s winter programme is out",
)


@dataclass
class Story:
    """A story as the editors see it: plain text, no markup."""

    number: int
    slug: str
    headline: str
    subhead: str
    abstract: str
    paragraphs: list[str]
    authors: tuple[str, ...]
    section: str
    published: datetime
    modified: datetime
    head: str = "What comes next"
    quote: str = "“We waited long for this day,” said Mayor Olga Brandt."
    points: tuple[str, ...] = ("Bring a coat.", "Bring a friend.")
    tags: tuple[str, ...] = ("homepage", "Tides")
    picture: bool = True
    caption: str = ""
    credit: str = ""
    alt: str = ""
    correction: str = ""
    pick: bool = False
    state: str = "published"
    """published, draft (taken back by the editors) or deleted."""

    @property
    def uuid(self) -> str:
        """Return what never changes."""
        return f"00000000-1111-4222-8333-{self.number:012d}"

    @property
    def media(self) -> str:
        """Return the name of its picture."""
        return f"99999999-1111-4222-8333-{self.number:012d}"

    @property
    def html(self) -> str:
        """Return the body as a CMS holds it."""
        first, *rest = self.paragraphs
        points = "".join(f"<li>{point}</li>" for point in self.points)
        correction = f"<p><em>{self.correction}</em></p>" if self.correction else ""
        return (
            f"<p>{first}</p><h3>{self.head}</h3>{''.join(f'<p>{p}</p>' for p in rest)}"
            f"<blockquote><p>{self.quote}</p></blockquote><ul>{points}</ul>{correction}"
        )

    @property
    def text(self) -> tuple[str, ...]:
        """Return every paragraph that a reader reads."""
        return (*self.paragraphs, self.quote, *self.points)


@dataclass
class Newsroom:
    """The stories of a paper, and its editors' hands."""

    stories: list[Story] = field(default_factory=list)

    def standing(self, *, changed: bool = False) -> list[Story]:
        """Return what is published, newest first; by the last change if that is asked for."""
        found = [story for story in self.stories if story.state == "published"]
        return sorted(found, key=lambda s: (s.modified if changed else s.published, s.number), reverse=True)

    def find(self, *, number: int = -1, slug: str = "", uuid: str = "") -> Story | None:
        """Return a story by what names it."""
        return next((s for s in self.stories if s.number == number or slug == s.slug or uuid == s.uuid), None)

    def edit(self, number: int, *, at: datetime, **changes: Any) -> Story:
        """Change a story: any of its fields, such as `slug` for a move or `state` for a withdrawal."""
        story = self.find(number=number)
        assert story is not None
        for name, value in changes.items():
            setattr(story, name, value)
        story.modified = at
        return story

    def publish(self, story: Story) -> None:
        """Put a new story out."""
        self.stories.append(story)


def invent(number: int, *, published: datetime | None = None, paragraphs: int = 3) -> Story:
    """Return an invented story; the same number always gives the same one, and higher numbers are older."""
    at = published or NOW - timedelta(hours=number)
    subject = _SUBJECTS[number % len(_SUBJECTS)]
    day = f"day {number}"
    return Story(
        number=number,
        slug=f"story-{number}",
        headline=f"{subject}, {day}",
        subhead=f"It is {day} of the season, and nobody is late",
        abstract=f"A short account of {day} by those who stood at the water.",
        paragraphs=[
            f"On {day}, paragraph {place}, the harbor lay calm and the crews counted {number + place} boats. "
            "About four thousand people walked along the quay in the first hour, the city said, and most of them "
            "stayed until the lamps were lit."
            for place in range(1, paragraphs + 1)
        ],
        authors=AUTHORS[number % len(AUTHORS)],
        section=list(SECTIONS)[number % len(SECTIONS)],
        published=at,
        modified=at + timedelta(minutes=5),
        picture=number % 3 != 1,
        caption=f"Boats at dawn on {day}.",
        credit=CREDITS[number % 2],
        alt=f"Boats in a harbor, {day}",
        pick=number % 10 == 0,
    )


def newsroom(count: int, **changes: Any) -> Newsroom:
    """Return a newsroom with so many stories, one an hour."""
    return Newsroom([invent(number, **changes) for number in range(count)])
