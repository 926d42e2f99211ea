"""`up` and its relatives: the product with its services until Ctrl-C, or in the background."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from types import FrameType

from . import areas, database, environment, logins, places, postgres, processes, services, setup
from .areas import Area
from .steps import SetupError, Step, only_one, say

DATABASE = "oa"
SIGNING_KEYS = database.SCRIPTS / "find_keys.py"
SUPERVISOR = "up"
START_SECONDS = 90


def up(words: list[str]) -> int:
    area = areas.get_product()
    if processes.find_alive(services.get_pid_file(area, SUPERVISOR)):
        say(f"Already running at {area.url} (./oa stop ends it).")
        return 0
    services.end_all(area)
    areas.require_free(area.odoo_port, "Odoo", "OA_PORT")
    areas.remember_ports(area)
    env = setup.prepare_base(area)
    if "-d" in words:
        return _go_to_background(area, env)
    return _serve(area, env)


def prepare_product(area: Area, env: dict[str, str]) -> None:
    """Make the demo database, or bring an existing one up to the addons as they are now."""
    with only_one():
        is_new = not database.exists(DATABASE, env)
        Step(
            "product",
            "database with the three administrations" if is_new else "update of the database",
            90 if is_new else 20,
            database.describe_addons(),
            lambda: database.make_demo(DATABASE, env) if is_new else database.update(DATABASE, env),
            lambda: not is_new,
        ).ensure()
        Step(
            "product-keys", "certificates of the demo PKI in the database", 15,
            (area.pki / "stamp.json", SIGNING_KEYS, area.remote_url), lambda: None if is_new else database.find_keys(DATABASE, env),
        ).ensure()  # fmt: skip


def _serve(area: Area, env: dict[str, str]) -> int:
    signal.signal(signal.SIGTERM, _raise_interrupt)
    processes.record(services.get_pid_file(area, SUPERVISOR), os.getpid())
    try:
        with only_one():
            services.pki_step(area, env).ensure()
        with services.Supervisor(area, env) as supervisor:
            prepare_product(area, env)
            _run_odoo(area, env, supervisor)
    except KeyboardInterrupt:
        say("\nStopped Odoo and its services; PostgreSQL goes on until ./oa stop.")
    finally:
        services.get_pid_file(area, SUPERVISOR).unlink(missing_ok=True)
    return 0


def _run_odoo(area: Area, env: dict[str, str], supervisor: services.Supervisor) -> None:
    odoo = start_odoo(area, env, DATABASE)
    try:
        _wait_for_odoo(area, odoo)
        _print_welcome(area)
        while odoo.poll() is None:
            supervisor.watch()
            time.sleep(1)
        raise SetupError(f"Odoo ended with {odoo.returncode}; its log is {area.log / 'odoo.log'}.")
    finally:
        processes.end(services.get_pid_file(area, "odoo"))


def _raise_interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def start_odoo(area: Area, env: dict[str, str], name: str) -> subprocess.Popen[bytes]:
    command = [str(places.VENV / "bin/python"), env["OA_ODOO"], "-d", name, "--db-filter", f"^{name}$",
               "--http-port", str(area.odoo_port)]  # fmt: skip
    return processes.start(command, area.log / "odoo.log", services.get_pid_file(area, "odoo"), env)


def _wait_for_odoo(area: Area, odoo: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while not _is_healthy(area):
        if odoo.poll() is not None or time.monotonic() > until:
            raise SetupError(f"Odoo does not answer at {area.url}; its log is {area.log / 'odoo.log'}.")
        time.sleep(0.2)


def _is_healthy(area: Area) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{area.url}/web/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _go_to_background(area: Area, env: dict[str, str]) -> int:
    log = area.log / "up.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, str(places.ROOT / "tools/oa.py"), "up"]
    with log.open("w") as stream:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, start_new_session=True)
    shown = 0
    while process.poll() is None and not _is_healthy(area):
        shown = _show_more(log.read_text(), shown)
        time.sleep(0.3)
    if process.poll() is not None:
        raise SetupError(log.read_text())
    _print_welcome(area)
    return 0


def _show_more(text: str, shown: int) -> int:
    sys.stdout.write(text[shown:])
    sys.stdout.flush()
    return len(text)


def _print_welcome(area: Area) -> None:
    say(logins.describe())
    say(f"\n  {area.url}\n\n  Every password is the login. Ctrl-C or ./oa stop ends the product.")


def stop(_words: list[str]) -> int:
    area = areas.get_product()
    ended = [name for name in (SUPERVISOR, "odoo") if processes.end(services.get_pid_file(area, name), 40)]
    ended += services.end_all(area)
    if postgres.CLUSTER.exists():
        postgres.stop(environment.make(area))
    say(f"Stopped: {', '.join([*ended, 'PostgreSQL'])}.")
    return 0


def reset(_words: list[str]) -> int:
    """Forget what people entered: database, files, mail. What was fetched and built stays."""
    area = areas.get_product()
    stop([])
    env = setup.prepare_programs(area)
    with only_one():
        database.drop(DATABASE, env)
        (places.HOME / "stamps/product").unlink(missing_ok=True)
        shutil.rmtree(area.mail, ignore_errors=True)
    say("The next ./oa up starts with fresh demo data.")
    return 0


def url(_words: list[str]) -> int:
    say(areas.get_product().url)
    return 0
