"""How long a thing may be; complexity and arguments are counted by ruff."""

import ast
from pathlib import Path

import pytest
from source import ROOT, list_sources, parse

LONGEST_FILE = 400
LONGEST_FUNCTION = 50
MOST_FIELDS = 30


def list_files() -> list[Path]:
    ours = [path for folder in ("tools", "tests") for path in sorted((ROOT / folder).rglob("*.py"))]
    return [source.path for source in (*list_sources(), *list_sources("tests"))] + ours


@pytest.mark.parametrize("path", list_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_file_is_short(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    long = [
        f"{node.name} in line {node.lineno}"
        for node in ast.walk(parse(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert len(lines) <= LONGEST_FILE, f"{len(lines)} lines: cut it by subject"
    assert not long, f"longer than {LONGEST_FUNCTION} lines: {long}"


def test_models_have_few_fields() -> None:
    """Counted for each file: a model that grows is cut by subject."""
    counts = {
        f"{source.name}: {node.name}": sum(map(is_field, node.body))
        for source in list_sources("models")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef)
    }
    assert not {name: count for name, count in counts.items() if count > MOST_FIELDS}


def is_field(node: ast.stmt) -> bool:
    if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)):
        return False
    function = node.value.func
    return isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id == "fields"
