"""The reference is written from the code; nothing that a user can meet may be missing there."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_is_up_to_date(generator: ModuleType) -> None:
    stale = [
        path.relative_to(ROOT)
        for path, text in generator.pages().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    assert stale == [], "run `make docs`"


def test_every_setting_command_and_error_is_in_the_reference(generator: ModuleType) -> None:
    reference = ROOT / "docs" / "reference"
    settings = (reference / "settings.md").read_text(encoding="utf-8")
    for _, model, _ in generator.groups():
        for key, field in model.model_fields.items():
            assert f"`{key}`" in settings
            assert field.description, key
    commands = (reference / "commands.md").read_text(encoding="utf-8")
    for name, command in generator.commands():
        assert f"`{name}`" in commands
        assert command.help, name
    errors = (reference / "errors.md").read_text(encoding="utf-8")
    for name in re.findall(r"^class (\w+)", (ROOT / "digest" / "errors.py").read_text(), re.MULTILINE):
        assert f"`{name}`" in errors


def test_no_link_between_documents_is_dead() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").rglob("*.md")]
    dead = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert dead == []


def test_no_document_names_a_command_that_is_not_there(generator: ModuleType) -> None:
    known = {name.split()[1] for name, _ in generator.commands()}
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / ".ci" / "run"]
    for page in pages:
        for word in re.findall(r"(?:^|`|\s)digest ([a-z]+)(?=[\s`])", page.read_text(encoding="utf-8")):
            in_prose = page.suffix == ".md" and f"`digest {word}" not in page.read_text(encoding="utf-8")
            assert word in known or in_prose, f"{page.name}: digest {word}"
