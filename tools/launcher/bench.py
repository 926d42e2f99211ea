"""`bench NAME`: one benchmark of tests/bench in the prepared environment."""

from __future__ import annotations

import subprocess

from . import areas, places, services, setup, testing
from .steps import SetupError, say

FOLDER = places.ROOT / "tests/bench"


def bench(words: list[str]) -> int:
    """Run one benchmark; it prints its own last line of JSON and gets a database of its own as OA_DATABASE."""
    known = sorted(path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("_"))
    if not words or words[0] not in known:
        raise SetupError(f"Name one benchmark: {', '.join(known) or 'there is none yet'}.")
    area = areas.get_tests()
    with testing.one_at_a_time():
        env = setup.prepare_base(area)
        testing.prepare(area, env)
        with services.Supervisor(area, env), testing.database_copy(testing.DEMO, "oa_bench", env):
            say(f"  - benchmark {words[0]}")
            script = FOLDER / f"{words[0]}.py"
            command = [str(places.VENV / "bin/python"), str(script), *words[1:]]
            return subprocess.run(command, env={**env, "OA_DATABASE": "oa_bench"}, check=False).returncode
