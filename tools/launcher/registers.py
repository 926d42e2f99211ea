"""`verify-register`: do the books still say what they said when they were written?"""

from __future__ import annotations

import json

from . import areas, database, server, setup
from .steps import SetupError, say


def verify(words: list[str]) -> int:
    with_files = "--files" in words
    name = next((word for word in words if not word.startswith("-")), server.DATABASE)
    env = setup.prepare_base(areas.get_product())
    if not database.exists(name, env):
        raise SetupError(f"There is no database {name}: ./oa up makes {server.DATABASE}.")
    answer = database.shell(name, "verify_registers.py", env, **({"OA_VERIFY_FILES": "1"} if with_files else {}))
    books = json.loads(next(line for line in answer.splitlines() if line.startswith("REGISTERS ")).partition(" ")[2])
    width = max((len(book["register"]) for book in books), default=0)
    for book in books:
        verdict = "ok" if book["ok"] else f"BROKEN: {book['problem']}"
        say(f"  {book['register']:{width}}  {book['entries']:>7}  {verdict}")
    return 0 if all(book["ok"] for book in books) else 1
