"""`digest collect`, `digest article`, `digest sources`: what the newsroom published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from digest.cli.invocation import JsonOption, invocation_of, print_json, progress

if TYPE_CHECKING:
    from digest.model.article import Article


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
                        "unchanged": result.unchanged,
                        "error": result.error or None,
                        "troubles": list(result.troubles),
                    }
                )
                continue
            what = result.error or ("not modified" if result.unchanged else "")
            typer.echo(f"{result.source}: {what or f'{result.new} new, {result.changed} changed'}")
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
        "url": article.url,
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


def sources(context: typer.Context, json_: JsonOption = False) -> None:
    """Show how each source is doing.

    Example: digest sources
    """
    with invocation_of(context).newsroom() as newsroom:
        known = {health.name: health for health in newsroom.storage.articles.health()}
        for source in newsroom.sources:
            health = known.get(source.name)
            success = health.last_success if health else None
            if json_:
                print_json(
                    {
                        "source": source.name,
                        "last_success": success.isoformat() if success else None,
                        "last_error": (health.last_error or None) if health else None,
                        "articles": health.articles if health else 0,
                    }
                )
                continue
            when = f"{success:%Y-%m-%d %H:%M} UTC" if success else "never"
            typer.echo(f"{source.name}: read {when}, {health.articles if health else 0} articles")
            if health and health.last_error:
                typer.echo(f"  last error: {health.last_error}")
