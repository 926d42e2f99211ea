"""What protects the books: rule 8, borrowed rights, transactions."""

import ast
from collections.abc import Iterator

from source import Source, list_sources

SUSPICIOUS = ("skip", "force", "bypass", "allow", "no_check", "nocheck", "unlock")


def list_calls(source: Source, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name:
            yield node


def test_no_context_key_opens_a_lock() -> None:
    """Any client can send a context; `is TOKEN` compares an identity that none can send."""
    offences = []
    for source in list_sources():
        for call in list_calls(source, "get"):
            owner = call.func.value  # type: ignore[attr-defined] - list_calls gives attributes only
            reads_context = isinstance(owner, ast.Attribute) and owner.attr == "context"
            if reads_context and call.args and isinstance(call.args[0], ast.Constant):
                key = str(call.args[0].value)
                if any(word in key for word in SUSPICIOUS) and " is " not in source.lines[call.lineno - 1]:
                    offences.append(f"{source.name}:{call.lineno} {key}")
    assert not offences, offences


def test_borrowed_rights_are_explained() -> None:
    offences = [
        f"{source.name}:{call.lineno}"
        for source in list_sources("models", "wizard", "controllers", "report")
        for call in list_calls(source, "sudo")
        if not any("#" in line for line in source.lines[max(0, call.lineno - 4) : call.end_lineno])
    ]
    assert not offences, f".sudo() without a comment that names whose right is borrowed: {offences}"


def test_nobody_commits() -> None:
    offences = [
        f"{source.name}:{call.lineno}"
        for source in list_sources()
        for call in (*list_calls(source, "commit"), *list_calls(source, "_commit"))
    ]
    assert not offences, offences


def test_nothing_is_patched_and_no_inner_package_is_used() -> None:
    offences = [f"{source.name} imports {name}" for source in list_sources() for name in source.list_imports()
                if name.startswith("odoo.orm")]  # fmt: skip
    assert not offences, offences
