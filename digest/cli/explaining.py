"""`digest explain`: what became of every article, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from digest.cli.invocation import JsonOption, NewsletterOption, choose_day, invocation_of, print_json

if TYPE_CHECKING:
    from digest.model.article import FiledArticle
    from digest.model.edition import Decision


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(explain)


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
        order = list(Fate)
        decisions = sorted(
            edition.decisions, key=lambda one: (order.index(one.fate), -one.score, one.article_id)
        )
        filed = {one.article_id: newsroom.storage.articles.get(one.article_id) for one in decisions}
    places = {story.article_id: place for place, story in enumerate(edition.stories, start=1)}
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
