"""One file for whoever has Python and nothing of ours: the rules of the core and the program over them, letter by letter."""

import ast
from pathlib import Path

_ADDON = Path(__file__).resolve().parents[1]
_PARTS = ("core/errors.py", "core/hash_chain.py", "core/closing.py", "core/timestamp_token.py", "adapters/book_verifier.py")
_START = '\n\nif __name__ == "__main__":\n    sys.exit(main())\n'


def write_verifier() -> str:
    """The text of verify_book.py."""
    imports: set[str] = set()
    bodies = []
    for name in _PARTS:
        text = (_ADDON / name).read_text(encoding="utf-8")
        bodies.append(f"# {'-' * 20} {name}\n\n{_take_apart(text, imports)}")
    doc = ast.get_docstring(ast.parse((_ADDON / _PARTS[-1]).read_text(encoding="utf-8")), clean=False)
    head = f'#!/usr/bin/env python3\n"""{doc}"""\n\nfrom __future__ import annotations\n\n' + "\n".join(sorted(imports))
    return head + "\n\n" + "\n\n".join(bodies) + _START


def _take_apart(text: str, imports: set[str]) -> str:
    """The module without docstring and imports; those of the standard library are collected."""
    lines = text.splitlines()
    for node in ast.parse(text).body:
        is_import = isinstance(node, ast.Import | ast.ImportFrom)
        is_doc = isinstance(node, ast.Expr) and node.lineno == 1
        if not (is_import or is_doc):
            continue
        if isinstance(node, ast.Import) or (isinstance(node, ast.ImportFrom) and not node.level and node.module != "__future__"):
            imports.add(ast.unparse(node))
        for number in range(node.lineno - 1, node.end_lineno or node.lineno):
            lines[number] = ""
    return "\n".join(lines).strip() + "\n"
