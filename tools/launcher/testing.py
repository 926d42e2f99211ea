"""`test`: all the set-up, then every check and every test."""

from __future__ import annotations

import fcntl
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

from . import areas, checks, database, environment, places, postgres, services, setup
from .areas import Area
from .steps import SetupError, Step, only_one, say

PLAIN, DEMO = "oa_template", "oa_template_demo"
ADDON_HALVES = (("oa_docflow",), ("oa_registry", "oa_signing"))
"""Two that take about as long."""
NOTHING_FOUND = 5
"""What pytest answers when nothing matches."""
Environment = dict[str, str]


def test(words: list[str]) -> int:
    """Run every stage, or the named one with more words for pytest."""
    stages = list(STAGES)
    if words and words[0] in STAGES:
        stages, words = words[:1], words[1:]
    with one_at_a_time():
        code = _run_stages(stages, words)
    if os.environ.get("CI"):
        # A build server expects nothing to go on; at home PostgreSQL may serve others.
        postgres.stop(environment.make(areas.get_tests()))
    return code


def _run_stages(stages: list[str], words: list[str]) -> int:
    started = time.monotonic()
    area = areas.get_tests()
    env = {**setup.prepare_base(area), "OA_STRICT": "1"}
    places.REPORTS.mkdir(exist_ok=True)
    failed = [stage for stage in stages if _fails(stage, area, env, words)]
    minutes, seconds = divmod(round(time.monotonic() - started), 60)
    say(f"\n{'FAILED: ' + ', '.join(failed) if failed else 'All passed'} in {minutes} min {seconds} s.")
    return 1 if failed else 0


def _fails(stage: str, area: Area, env: Environment, words: list[str]) -> bool:
    try:
        return bool(STAGES[stage](area, env, words))
    except SetupError as error:
        say(f"\n{stage}: {error}")
        return True


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Test runs share ports, tokens and mail; the second waits."""
    places.HOME.mkdir(parents=True, exist_ok=True)
    with (places.HOME / "test.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("  - waiting: another test run is under way here")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def run_checks(_area: Area, env: Environment, _words: list[str]) -> int:
    return checks.run_all(env)


def run_unit(_area: Area, env: Environment, words: list[str]) -> int:
    """Run what needs neither Odoo nor a database; the signing core has an environment of its own."""
    signing = places.ROOT / "tests/unit/oa_signing"
    folders = [str(path) for path in (places.ROOT / "tests/unit", places.ROOT / "tests/architecture") if any(path.rglob("test_*.py"))]
    failed = _pytest("unit", env, "-p", "no:odoo", *folders, f"--ignore={signing}", *words) if folders else 0
    if any(signing.rglob("test_*.py")):
        failed |= _pytest("unit-signing", env, str(signing), *words, python=str(places.SIGNING / "bin/python"))
    return failed


def run_addons(area: Area, env: Environment, words: list[str]) -> int:
    """Run the tests of the addons, with the real services and a database without demo."""
    if not places.list_addons():
        return 0
    prepare(area, env, with_demo=False)
    _warm_browser(env)
    halves = [[places.ADDONS / name for name in half if name in places.list_addons()] for half in ADDON_HALVES]
    with services.Supervisor(area, env), ThreadPoolExecutor() as side_by_side:
        codes = list(side_by_side.map(lambda half: _run_half(half[0], half[1], env, words), enumerate(halves, 1)))
    if set(codes) == {NOTHING_FOUND}:
        raise SetupError("No tests were found for addons.")
    return int(any(code not in (0, NOTHING_FOUND) for code in codes))


def _run_half(number: int, addons: list[Path], env: Environment, words: list[str]) -> int:
    """Half of the tests on a core of its own, with its own database and stored files; what it said is printed when it ends."""
    name, log = f"oa_test_{number}", places.REPORTS / f"addons-{number}.log"
    with database_copy(PLAIN, name, env), log.open("w") as output:
        command = _prepare_pytest(f"addons-{number}", "--odoo-database", name, "--odoo-http", *map(str, addons), *words)
        code = subprocess.run(command, env=env, cwd=places.ROOT, check=False, stdout=output, stderr=subprocess.STDOUT).returncode
    say(f"\n{log.read_text(errors='replace').rstrip()}")
    return code


def run_e2e(area: Area, env: Environment, words: list[str]) -> int:
    """Run the whole product in a browser; the tests start and stop an Odoo of their own."""
    folder = places.ROOT / "tests/e2e"
    if not any(folder.rglob("test_*.py")):
        return 0
    prepare(area, env)
    with services.Supervisor(area, env), database_copy(DEMO, "oa_e2e", env):
        variables = {**env, "OA_DATABASE": "oa_e2e", "OA_DEMO_TEMPLATE": DEMO}
        return _pytest("e2e", variables, "-p", "no:odoo", str(folder), *words)


STAGES: dict[str, Callable[[Area, Environment, list[str]], int]] = {
    "check": run_checks,
    "unit": run_unit,
    "addons": run_addons,
    "e2e": run_e2e,
}


def prepare(area: Area, env: Environment, *, with_demo: bool = True) -> None:
    """Make the tokens and the template database that a stage needs."""
    with only_one():
        services.pki_step(area, env).ensure()
        if not with_demo:
            Step(
                "template", "template database for the tests of the addons", 60, database.describe_addons(),
                lambda: database.make_plain(PLAIN, env), lambda: database.exists(PLAIN, env),
            ).ensure()  # fmt: skip
            return
        with services.Supervisor(area, env):
            Step(
                "template-demo", "template database with the three administrations", 90, database.describe_demo(),
                lambda: database.make_demo(DEMO, env), lambda: database.exists(DEMO, env),
            ).ensure()  # fmt: skip


@contextmanager
def database_copy(template: str, name: str, env: Environment) -> Iterator[None]:
    database.copy(template, name, env)
    try:
        yield
    finally:
        database.drop(name, env)


def _warm_browser(env: Environment) -> None:
    """Start the browser once: Odoo's tests wait ten seconds for it, and the first start reads 250 MB from the disk."""
    with tempfile.TemporaryDirectory() as profile, suppress(subprocess.TimeoutExpired):
        command = [
            env["OA_BROWSER"],
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={profile}",
            "--dump-dom",
            "about:blank",
        ]
        subprocess.run(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60, check=False)


def _pytest(stage: str, env: Environment, *words: str, python: str | None = None) -> int:
    say(f"\n  tests: {stage}")
    code = subprocess.run(_prepare_pytest(stage, *words, python=python), env=env, cwd=places.ROOT, check=False).returncode
    if code == NOTHING_FOUND and not words[-1].startswith("-"):
        raise SetupError(f"No tests were found for {stage}.")
    return code


def _prepare_pytest(stage: str, *words: str, python: str | None = None) -> list[str]:
    return [python or str(places.VENV / "bin/python"), "-m", "pytest", f"--junitxml={places.REPORTS / stage}.xml",
            f"--rootdir={places.ROOT}", "-c", str(places.ROOT / "pyproject.toml"), *words]  # fmt: skip
