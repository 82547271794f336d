"""Write what must not drift: docs/reference and config/digest.example.toml, from the code itself.

`make docs` writes; `python docs/generate.py --check` exits with 1 if something is out of date.
"""

from __future__ import annotations

import ast
import inspect
import json
import sys
from collections.abc import Iterator
from datetime import time
from pathlib import Path
from typing import Any, get_args, get_origin

import typer
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from digest import config, errors
from digest.checks import RULES
from digest.cli.app import app
from digest.model.delivery import DELIVERY_MOVES
from digest.workflows.prove import UNPROVEN
from digest.workflows.watch import WATCHED

ROOT = Path(__file__).resolve().parent.parent
NOTE = "<!-- Written by docs/generate.py from the code; run `make docs` after changing it. -->\n\n"


def groups() -> Iterator[tuple[str, type[BaseModel], bool]]:
    """Return each section of the settings: its name, its model, whether it is a list of tables."""
    for name, field in config.Settings.model_fields.items():
        kind = field.annotation
        if get_origin(kind) is tuple:
            yield name, get_args(kind)[0], True
        elif inspect.isclass(kind) and issubclass(kind, BaseModel):
            yield name, kind, False


def toml(value: Any) -> str:
    """Return a default as TOML writes it."""
    if isinstance(value, tuple):
        return f"[{', '.join(toml(item) for item in value)}]"
    if isinstance(value, float):
        return f"{value:g}"
    if value is None or isinstance(value, SecretStr):
        return '""'
    if isinstance(value, time):
        return f'"{value:%H:%M}"'
    return json.dumps(value if isinstance(value, bool | int) else str(value), ensure_ascii=False)


def allowed(field: FieldInfo) -> str:
    """Return what a setting may be, in a word or two."""
    kind = field.annotation
    if get_origin(kind) is not None and "Literal" in str(get_origin(kind)):
        return " or ".join(f"`{choice}`" for choice in get_args(kind))
    name = str(kind).removeprefix("<class '").removesuffix("'>")
    words = {"str": "text", "int": "whole number", "float": "number", "bool": "true or false"}
    if "time" in name:
        return "time, HH:MM"
    if "tuple" in name:
        return "list"
    if "Secret" in name:
        return "secret"
    if "Path" in name:
        return "path"
    return words.get(name, name)


def example_toml() -> str:
    """Return digest.example.toml: every key, its default, one line on what it does."""
    lines = [
        "# The settings of a newsletter. Every key is here with its default; take the # away to change one.",
        "# Environment variables beat this file: DIGEST_MAIL__PASSWORD sets [mail] password.",
        "",
    ]
    for name, model, many in groups():
        doc = (model.__doc__ or "").splitlines()[0]
        if name == "newsletters":
            lines += [f"# ── {name}: {doc} Write one [[{name}]] for each.", f"[[{name}]]"]
        elif many:
            lines += [f"# ── {name}: {doc} Write one [[{name}]] for each.", f"# [[{name}]]"]
        else:
            lines += [f"# ── {doc}", f"[{name}]"]
        for key, field in model.model_fields.items():
            lines += [f"# {field.description}", f"# {key} = {toml(field.default)}"]
        lines.append("")
    return "\n".join(lines)


def settings_page() -> str:
    """Return the reference of the settings."""
    parts = []
    parts.append(
        f"# Settings\n\n{NOTE}"
        "`digest.toml` is read once, when a command starts. Order: defaults, then the file, then the\n"
        "environment (`DIGEST_SECTION__KEY`), then options. Paths count from the folder of the file.\n"
        "A key that does not exist is an error, with its name.\n"
    )
    for name, model, many in groups():
        title = f"[[{name}]]" if many else f"[{name}]"
        parts.append(f"\n## `{title}`\n\n{(model.__doc__ or '').strip()}\n\n")
        parts.append("| Key | Kind | Default | What it does |\n|---|---|---|---|\n")
        for key, field in model.model_fields.items():
            env = "" if many else f"<br>`DIGEST_{name.upper()}__{key.upper()}`"
            kind, default = allowed(field), toml(field.default)
            parts.append(f"| `{key}`{env} | {kind} | `{default}` | {field.description} |\n")
    return "".join(parts)


def commands(group: Any = None, prefix: str = "digest") -> Iterator[tuple[str, Any]]:
    """Return every command with its full name."""
    group = group or typer.main.get_command(app)
    for name in group.list_commands(None):
        command = group.get_command(None, name)
        if hasattr(command, "list_commands"):
            yield from commands(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}", command


def commands_page() -> str:
    """Return the reference of the commands."""
    parts = []
    parts.append(
        f"# Commands\n\n{NOTE}"
        "Options before the command: `--config FILE` (or `DIGEST_CONFIG`), `--verbose`, `--version`.\n\n"
        "Exit codes: 0 ok · 1 failed · 2 wrong call or settings · 3 findings · 4 partly sent · 75 later.\n"
    )
    for name, command in commands():
        parts.append(f"\n## `{name}`\n\n{inspect.cleandoc(command.help or '')}\n\n")
        parts.append("| Option | What it does |\n|---|---|\n")
        for parameter in command.params:
            if parameter.name == "help":
                continue
            is_argument = parameter.param_type_name == "argument"
            names = [parameter.name.upper()] if is_argument else parameter.opts
            written = ", ".join(f"`{option}`" for option in names)
            parts.append(f"| {written} | {(parameter.help or '').strip()} |\n")
    return "".join(parts)


def errors_page() -> str:
    """Return the reference of the errors."""
    tree = inspect.cleandoc(errors.__doc__ or "")
    parts = [f"# Errors\n\n{NOTE}{tree}\n\n| Error | Exit code | What it means |\n|---|---|---|\n"]
    for node in ast.parse(inspect.getsource(errors)).body:
        if isinstance(node, ast.ClassDef):
            kind = getattr(errors, node.name)
            parts.append(f"| `{node.name}` | {kind.exit_code} | {(kind.__doc__ or '').splitlines()[0]} |\n")
    return "".join(parts)


def rules_page() -> str:
    """Return the reference of what the checks look for."""
    rows = "".join(f"| `{rule.id}` | {rule.severity.value} | {rule.summary} |\n" for rule in RULES)
    watched = "".join(f"| `{rule}` | {grave.value} | {what} |\n" for rule, (grave, what) in WATCHED.items())
    return (
        f"# Checks\n\n{NOTE}"
        "`must` stops publishing (unless `digest publish --override RULE`), `should` is shown to the\n"
        "editors, `info` is for the curious.\n\n"
        f"| Rule | Severity | What it looks for |\n|---|---|---|\n{rows}"
        f"| `{UNPROVEN}` | must, always | a summary that its article, as it is now, does not say |\n\n"
        "## Sources\n\nShown beside the edition in the preview and by `digest doctor`; they stop nothing.\n\n"
        f"| Rule | Severity | What it looks for |\n|---|---|---|\n{watched}"
    )


def states_page() -> str:
    """Return the reference of a delivery's states and legal moves."""
    rows = []
    for before, afters in DELIVERY_MOVES.items():
        written = ", ".join(f"`{after.value}`" for after in sorted(afters))
        rows.append(f"| `{before.value}` | {written or 'nothing: it ends here'} |\n")
    return (
        f"# States of a delivery\n\n{NOTE}"
        "The table is enforced by the code and by a trigger in the database.\n\n"
        f"| State | May become |\n|---|---|\n{''.join(rows)}"
    )


def pages() -> dict[Path, str]:
    """Return every generated file with its text."""
    reference = ROOT / "docs" / "reference"
    return {
        ROOT / "config" / "digest.example.toml": example_toml(),
        reference / "settings.md": settings_page(),
        reference / "commands.md": commands_page(),
        reference / "errors.md": errors_page(),
        reference / "checks.md": rules_page(),
        reference / "states.md": states_page(),
    }


def main() -> int:
    """Write the files, or with --check say which differ."""
    stale = [path for path, text in pages().items() if not path.exists() or path.read_text("utf-8") != text]
    if "--check" in sys.argv:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is out of date; run `make docs`")  # noqa: T201 - its report
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(pages()[path], encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")  # noqa: T201 - its report
    return 0


if __name__ == "__main__":
    sys.exit(main())
