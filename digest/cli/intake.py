"""`digest collect`, `digest article`, `digest sources`: what the newsroom published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from digest.cli.invocation import EXIT_FINDINGS, JsonOption, invocation_of, print_json, progress

if TYPE_CHECKING:
    from datetime import datetime

    from digest.model.article import Article
    from digest.model.source import SourceHealth, Standing
    from digest.workflows.collect import Collected


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(collect)
    app.command()(article)
    app.command()(sources)


def collect(context: typer.Context, json_: JsonOption = False) -> None:
    """Read every source and take in what is new.

    Exit code 1 if a source could not be read; the others are read all the same.

    Example: digest collect
    """
    with invocation_of(context).newsroom() as newsroom:
        done = 0
        with progress("collect", len(newsroom.sources), quiet=json_) as advance:

            def count(_result: object) -> None:
                nonlocal done
                done += 1
                advance(done)

            results = newsroom.collect(report=count)
        for result in results:
            if json_:
                print_json(
                    {
                        "source": result.source,
                        "new": result.new,
                        "changed": result.changed,
                        "corrected": result.corrected,
                        "waiting": result.waiting,
                        "unchanged": result.unchanged,
                        "rests_until": _when(result.rests_until),
                        "error": result.error or None,
                        "troubles": list(result.troubles),
                    }
                )
                continue
            typer.echo(f"{result.source}: {_outcome(result)}")
            for trouble in result.troubles:
                typer.echo(f"  note: {trouble}")
        if not results:
            typer.echo("there are no [[sources]] in digest.toml yet; add a feed or a folder", err=True)
    if any(result.error for result in results):
        raise typer.Exit(1)


def article(
    context: typer.Context,
    inputs: Annotated[list[str], typer.Argument(metavar="FILE|URL...", help="Articles to read.")],
    json_: JsonOption = False,
) -> None:
    """Show what is understood of an article.

    Reads text, Markdown and HTML files, and pages by their address. Exit code 1 if one of them cannot
    be read; the others are shown all the same.

    Example: digest article --json story.txt https://paper.example/2026/04/bridge
    """
    from digest.errors import SourceError
    from digest.newsroom import article_reader

    read = article_reader(invocation_of(context).settings())
    failed = False
    for written in inputs:
        try:
            understood = read(written)
        except SourceError as error:
            typer.echo(f"digest: {written}: {error}", err=True)
            failed = True
            continue
        if json_:
            print_json(article_json(written, understood))
        else:
            _show(written, understood)
    if failed:
        raise typer.Exit(1)


def article_json(source: str, article: Article) -> dict[str, Any]:
    """Return the stable form in which an article is reported."""
    image = article.image
    return {
        "source": source,
        "headline": article.headline,
        "byline": article.byline,
        "authors": list(article.authors),
        "published_at": article.published_at.isoformat() if article.published_at else None,
        "sections": [
            {"heading": passage.heading, "paragraphs": list(passage.paragraphs)} for passage in article.body
        ],
        "text": article.text,
        "image": {"url": image.url, "alt": image.alt, "credit": image.credit} if image else None,
        "blocks": [
            {"kind": block.kind.value, "text": block.text, "start": block.start, "end": block.end}
            for block in article.blocks
        ],
        "url": article.url,
        "subhead": article.subhead,
        "updated_at": _when(article.updated_at),
        "language": article.language,
        "abstract": article.abstract,
        "correction": article.correction or None,
        "dropped": [{"kind": dropped.kind.value, "text": dropped.text} for dropped in article.dropped],
    }


def _show(source: str, article: Article) -> None:
    typer.echo(f"{source}\n  headline  {article.headline}\n  byline    {article.byline or 'none'}")
    when = article.published_at.isoformat() if article.published_at else "unknown"
    typer.echo(f"  published {when}\n  words     {article.words}")
    for passage in article.body:
        typer.echo(f"  section   {passage.heading or '(opening)'}: {len(passage.paragraphs)} paragraphs")
    for dropped in article.dropped:
        typer.echo(f"  dropped   {dropped.kind.value}: {dropped.text[:70]}")


def _outcome(result: Collected) -> str:
    if result.error:
        return result.error
    if result.rests_until:
        return f"not read: its site asked us to wait until {result.rests_until:%Y-%m-%d %H:%M} UTC"
    if result.unchanged:
        return "not modified"
    corrected = f", {result.corrected} corrected" if result.corrected else ""
    return f"{result.new} new, {result.changed} changed{corrected}"


def _when(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def sources(context: typer.Context, json_: JsonOption = False) -> None:
    """Show how each source is doing.

    When it was last read, how many articles a day it brings, whether it has gone quiet, and what was
    wrong. Exit code 3 if a source fails or is stale.

    Example: digest sources
    """
    from digest.model.source import SourceHealth, Standing

    with invocation_of(context).newsroom() as newsroom:
        now = newsroom.clock()
        known = {health.name: health for health in newsroom.storage.sources.health(now=now)}
        names = [source.name for source in newsroom.settings.sources]
    standings = []
    for name in names:
        health = known.get(name, SourceHealth(name=name))
        standings.append(health.standing(now))
        if json_:
            print_json(_health_json(health, standings[-1]))
        else:
            _show_health(health, standings[-1])
    if not names and not json_:
        typer.echo("there are no [[sources]] in digest.toml yet; add a feed, a site or a folder", err=True)
    if {Standing.FAILING, Standing.STALE} & set(standings):
        raise typer.Exit(EXIT_FINDINGS)


def _health_json(health: SourceHealth, standing: Standing) -> dict[str, Any]:
    return {
        "source": health.name,
        "standing": standing.value,
        "last_success": _when(health.last_success),
        "last_error": health.last_error or None,
        "last_error_at": _when(health.last_error_at),
        "rests_until": _when(health.rests_until),
        "articles": health.articles,
        "last_new": _when(health.last_new),
        "per_day": health.per_day,
        "troubles": list(health.troubles),
    }


def _show_health(health: SourceHealth, standing: Standing) -> None:
    read = f"read {health.last_success:%Y-%m-%d %H:%M} UTC" if health.last_success else "never read"
    newest = f", the newest {health.last_new:%Y-%m-%d %H:%M} UTC" if health.last_new else ""
    rate = f", {health.per_day:g} a day" if health.per_day else ""
    typer.echo(f"{health.name}: {standing.value}")
    typer.echo(f"  {read}; {health.articles} articles{rate}{newest}")
    if health.rests_until and standing.value == "resting":
        typer.echo(f"  its site asked us to wait until {health.rests_until:%Y-%m-%d %H:%M} UTC")
    if health.last_error:
        typer.echo(f"  last error: {health.last_error}")
    for trouble in health.troubles:
        typer.echo(f"  note: {trouble}")
