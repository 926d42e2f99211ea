"""Databases: a base with everything from outside, templates with our addons, copies in half a second."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
from pathlib import Path

from . import odoo_source, places, postgres, python_envs
from .steps import Step, run

BASE = "oa_base"
OUTSIDE = ("web", "mail", "hr", "portal", "resource", "contacts", "html_editor", "phone_validation")
LANGUAGE = "bg_BG"


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
    postgres.query(f'ALTER DATABASE "{source}" RENAME TO "{target}"', "postgres", env)
    if get_filestore(source).exists():
        get_filestore(source).rename(get_filestore(target))


def list_outside_modules() -> list[str]:
    ours = set(places.list_addons())
    wanted = {name for addon in ours for name in read_manifest(addon).get("depends", [])}
    return sorted((wanted - ours) | set(OUTSIDE))


def read_manifest(addon: str) -> dict[str, list[str]]:
    manifest: dict[str, list[str]] = ast.literal_eval((places.ADDONS / addon / "__manifest__.py").read_text())
    return manifest


def describe_outside() -> tuple[Path | str, ...]:
    return (odoo_source.LOCK, python_envs.RUN_TIME, str(odoo_source.get_script()), *list_outside_modules())


def base_step(env: dict[str, str]) -> Step:
    return Step(
        "base",
        f"base database with {', '.join(list_outside_modules())}", 50,
        describe_outside(), lambda: _make_base(env), lambda: exists(BASE, env),
    )  # fmt: skip


def _make_base(env: dict[str, str]) -> None:
    part = f"{BASE}_part"
    drop(part, env)
    odoo(part, "-i", ",".join(list_outside_modules()), f"--load-language={LANGUAGE}", "--stop-after-init", env=env)
    shell(part, PEOPLE_SPEAK_BULGARIAN, env)
    rename(part, BASE, env)


PEOPLE_SPEAK_BULGARIAN = f"""
env["res.users"].with_context(active_test=False).search([]).write({{"lang": "{LANGUAGE}", "tz": "Europe/Sofia"}})
env.company.write({{"country_id": env.ref("base.bg").id}})
env.cr.commit()
"""


def odoo(database: str, *arguments: str, env: dict[str, str]) -> None:
    run(places.VENV / "bin/python", odoo_source.get_script(), "-d", database, "--no-http", "--max-cron-threads=0",
        "--log-level=warn", *arguments, env=env)  # fmt: skip


def shell(database: str, script: str, env: dict[str, str]) -> str:
    done = subprocess.run(
        [places.VENV / "bin/python", odoo_source.get_script(), "shell", "-d", database, "--no-http", "--log-level=warn"],
        input=script, env=env, text=True, capture_output=True, check=True,
    )  # fmt: skip
    return done.stdout


def get_product_name() -> str:
    return os.environ.get("OA_DATABASE", "oa")
