"""`digest explain`, `digest summarise`: what became of every article and of every sentence, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from digest.cli.invocation import JsonOption, NewsletterOption, choose_day, invocation_of, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digest.model.article import FiledArticle
    from digest.model.edition import Decision
    from digest.summarise.extractive import Examined


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(explain)
    app.command()(summarise)


def explain(
    context: typer.Context,
    day: Annotated[
        str | None, typer.Argument(metavar="[DAY]", help="Which day, as 2026-04-14; by default today.")
    ] = None,
    newsletter: NewsletterOption = None,
    json_: JsonOption = False,
) -> None:
    """Say of every article why it is in the edition or not.

    Each article that was considered: its fate, its place, every term of its score, the articles that tell
    the same story, and the rule that decided. Changes nothing.

    Example: digest explain 2026-04-14 --json
    """
    from digest.model.edition import Fate

    with invocation_of(context).newsroom() as newsroom:
        chosen = newsroom.newsletter(newsletter)
        edition = newsroom.edition(chosen, choose_day(day, chosen, newsroom))
        places = {story.article_id: place for place, story in enumerate(edition.stories, start=1)}
        order = list(Fate)
        decisions = sorted(
            edition.decisions,
            key=lambda one: (
                places.get(one.article_id, len(places) + 1),
                order.index(one.fate),
                -one.score,
                one.article_id,
            ),
        )
        filed = {one.article_id: newsroom.storage.articles.get(one.article_id) for one in decisions}
    for decision in decisions:
        article, place = filed[decision.article_id], places.get(decision.article_id)
        if json_:
            print_json(_decision_json(decision, article, place))
        else:
            _show(decision, article, place)
    if not decisions and not json_:
        typer.echo(f"no article was considered: {edition.reason or 'run `digest collect` first'}")


def _decision_json(decision: Decision, filed: FiledArticle | None, place: int | None) -> dict[str, Any]:
    article = filed.article if filed else None
    published = article.published_at if article else None
    return {
        "article": decision.article_id,
        "headline": decision.headline,
        "source": article.source if article else None,
        "url": article.url if article else None,
        "first_seen": filed.first_seen.isoformat(timespec="seconds") if filed else None,
        "published_at": published.isoformat() if published else None,
        "fate": decision.fate.value,
        "place": place,
        "story": decision.story,
        "score": decision.score,
        "terms": [{"why": term.why, "worth": round(term.worth, 4)} for term in decision.terms],
        "reason": decision.reason,
    }


def _show(decision: Decision, filed: FiledArticle | None, place: int | None) -> None:
    where = f" ({place})" if place else ""
    typer.echo(f"{decision.fate.value}{where}: {decision.headline}")
    typer.echo(f"  {decision.reason}")
    if filed is not None:
        seen = f"{filed.first_seen:%Y-%m-%d %H:%M} UTC"
        typer.echo(f"  article {decision.article_id} of {filed.article.source}, first seen {seen}")
    if decision.terms and place:
        terms = " + ".join(f"{term.worth:.2f} ({term.why})" for term in decision.terms)
        typer.echo(f"  score {decision.score:.2f} = {terms}")


def summarise(
    context: typer.Context,
    inputs: Annotated[list[str], typer.Argument(metavar="FILE|URL...", help="Articles to shorten.")],
    sentences: Annotated[int, typer.Option(min=1, max=20, help="At most so many sentences.")] = 2,
    words: Annotated[int, typer.Option(min=0, help="At most so many words; 0: no such limit.")] = 0,
    features: Annotated[
        bool, typer.Option("--features", help="Also show every other sentence, and what speaks for it.")
    ] = False,
    json_: JsonOption = False,
) -> None:
    """Show an article's summary, and why each sentence is in it or not.

    Every sentence stands in the article word for word; `start` and `end` say where in its text. Exit code
    1 if one of the articles cannot be read; the others are shown all the same.

    Example: digest summarise --json --sentences 2 story.txt https://paper.example/2026/04/bridge
    """
    from time import perf_counter

    from digest.errors import SourceError
    from digest.newsroom.choose import article_reader, choose_summariser

    read, summariser = article_reader(invocation_of(context).settings()), choose_summariser()
    failed = False
    for written in inputs:
        try:
            article = read(written)
        except SourceError as error:
            typer.echo(f"digest: {written}: {error}", err=True)
            failed = True
            continue
        begun = perf_counter()
        examined = summariser.examine(article, sentences=sentences, words=words)
        took = (perf_counter() - begun) * 1000
        shown = examined if features else tuple(one for one in examined if one.chosen)
        if json_:
            print_json(_summary_json(written, shown, took, features=features))
        else:
            typer.echo(f"{written}: {article.headline}")
            for one in shown:
                why = f" ({one.score:.2f}; {one.rejected or 'chosen'})" if features else ""
                typer.echo(f"  {one.start}-{one.end}{why}: {one.text}")
    if failed:
        raise typer.Exit(1)


def _summary_json(source: str, shown: Sequence[Examined], took: float, *, features: bool) -> dict[str, Any]:
    chosen = [{"text": one.text, "start": one.start, "end": one.end} for one in shown if one.chosen]
    report: dict[str, Any] = {"source": source, "sentences": chosen, "ms": round(took, 2)}
    if features:
        report["examined"] = [
            {
                "text": one.text,
                "start": one.start,
                "end": one.end,
                "score": round(one.score, 4),
                "features": {name: round(value, 4) for name, value in one.features.items()},
                "rejected": one.rejected or None,
            }
            for one in shown
        ]
    return report
