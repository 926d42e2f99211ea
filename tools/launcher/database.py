"""Databases: one base with everything from outside, others made from it with our addons, copies in half a second."""

from __future__ import annotations

import ast
import shutil
import subprocess
from pathlib import Path

from . import odoo_source, places, postgres, python_envs
from .steps import SetupError, Step, list_files, run

BASE = "oa_base"
OUTSIDE = ("web", "mail", "hr", "portal", "resource", "contacts", "html_editor", "phone_validation")
LANGUAGES = "en_US,bg_BG"
"""The first is that of tests, as in every other Odoo; the demo speaks Bulgarian."""
SCRIPTS = places.ROOT / "tools/odoo_scripts"
NOT_PRODUCT = {"tests", "__pycache__", "README.md", "node_modules"}


def get_filestore(database: str) -> Path:
    return places.HOME / "data/filestore" / database


def exists(database: str, env: dict[str, str]) -> bool:
    return postgres.query(f"SELECT 1 FROM pg_database WHERE datname = '{database}'", "postgres", env) == "1"


def drop(database: str, env: dict[str, str]) -> None:
    postgres.query(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)', "postgres", env)
    shutil.rmtree(get_filestore(database), ignore_errors=True)


def copy(source: str, target: str, env: dict[str, str]) -> None:
    """Copy a database with its files; hard links are safe because Odoo never changes a stored file."""
    drop(target, env)
    postgres.query(f'CREATE DATABASE "{target}" TEMPLATE "{source}"', "postgres", env)
    if get_filestore(source).exists():
        run("cp", "-al", get_filestore(source), get_filestore(target))


def rename(source: str, target: str, env: dict[str, str]) -> None:
    drop(target, env)
    if get_filestore(source).exists():
        get_filestore(source).rename(get_filestore(target))
    postgres.query(f'ALTER DATABASE "{source}" RENAME TO "{target}"', "postgres", env)


def list_outside_modules() -> list[str]:
    wanted = {name for addon in places.list_addons() for name in read_manifest(addon).get("depends", [])}
    return sorted({name for name in wanted if not name.startswith("oa_")} | set(OUTSIDE))


def read_manifest(addon: str) -> dict[str, list[str]]:
    manifest: dict[str, list[str]] = ast.literal_eval((places.ADDONS / addon / "__manifest__.py").read_text())
    return manifest


def describe_outside() -> tuple[Path | str, ...]:
    return (odoo_source.LOCK, python_envs.RUN_TIME, str(odoo_source.get_script()), LANGUAGES, *list_outside_modules())


def describe_addons() -> tuple[Path | str, ...]:
    """Name everything that a database with our addons is made from."""
    files = (path for addon in places.list_addons() for path in list_files(places.ADDONS / addon))
    ours = [path for path in files if not NOT_PRODUCT.intersection(path.relative_to(places.ADDONS).parts)]
    return (*describe_outside(), *ours, SCRIPTS)


def describe_demo() -> tuple[Path | str, ...]:
    return (*describe_addons(), places.CONFIG / "demo_people.csv", places.CONFIG / "pki", places.ROOT / "tools/demo_pki")


def base_step(env: dict[str, str]) -> Step:
    return Step(
        "base", f"base database with {', '.join(list_outside_modules())}", 50,
        describe_outside(), lambda: _make_base(env), lambda: exists(BASE, env),
    )  # fmt: skip


def _make_base(env: dict[str, str]) -> None:
    part = f"{BASE}_part"
    drop(part, env)
    odoo(part, "-i", ",".join(list_outside_modules()), f"--load-language={LANGUAGES}", env=env)
    rename(part, BASE, env)


def make_plain(database: str, env: dict[str, str]) -> None:
    """Make a database with our addons as a customer first meets them: no demo."""
    part = f"{database}_part"
    copy(BASE, part, env)
    if places.list_addons():
        odoo(part, "-i", ",".join(places.list_addons()), env=env)
    shell(part, "make_assets.py", env)
    rename(part, database, env)


def make_demo(database: str, env: dict[str, str]) -> None:
    """Make a database with the three administrations; Odoo's own demo people stay out of it."""
    part = f"{database}_part"
    copy(BASE, part, env)
    # Odoo loads demo data of a module only when everything below it claims to have its own.
    postgres.query("UPDATE ir_module_module SET demo = true WHERE state = 'installed'", part, env)
    shell(part, "speak_bulgarian.py", env)
    if places.list_addons():
        odoo(part, "-i", ",".join(places.list_addons()), "--with-demo", env=env)
        _require_demo(part, env)
    shell(part, "make_assets.py", env)
    rename(part, database, env)


def _require_demo(database: str, env: dict[str, str]) -> None:
    """Odoo goes on without demo data that fails; we do not."""
    failures = postgres.query("SELECT string_agg(error, E'\\n') FROM ir_demo_failure", database, env)
    if failures:
        raise SetupError(f"Demo data could not be loaded:\n{failures[-3000:]}")


def update(database: str, env: dict[str, str]) -> None:
    run(places.VENV / "bin/click-odoo-update", "-d", database, "--ignore-core-addons", "--i18n-overwrite",
        "--if-exists", env=env)  # fmt: skip


def find_keys(database: str, env: dict[str, str]) -> None:
    """Take the certificates of a demo PKI that was made anew; who is linked to which key stays."""
    shell(database, "find_keys.py", env)


def odoo(database: str, *arguments: str, env: dict[str, str]) -> None:
    run(places.VENV / "bin/odoo", "-d", database, "--no-http", "--max-cron-threads=0", "--log-level=warn",
        "--stop-after-init", *arguments, env=env)  # fmt: skip


def shell(database: str, script: str, env: dict[str, str], **variables: str) -> str:
    done = subprocess.run(
        [places.VENV / "bin/odoo", "shell", "-d", database, "--no-http", "--log-level=warn"],
        input=(SCRIPTS / script).read_text(), env={**env, **variables}, text=True, capture_output=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SetupError(f"tools/odoo_scripts/{script} failed in {database}:\n{done.stderr[-3000:]}")
    return done.stdout
