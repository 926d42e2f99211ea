"""PostgreSQL of the project: a Unix socket, no port, Bulgarian sorting."""

from __future__ import annotations

import hashlib
import os
import subprocess
import time
from pathlib import Path

from . import places
from .steps import SetupError, Step, fresh_folder

USER = "odoo"
CLUSTER = places.HOME / "pg"
NOBODY = 65534

CONFIGURATION = """
# A development cluster: reachable by its socket only, and quick rather than safe against a power cut.
listen_addresses = ''
unix_socket_directories = '{sockets}'
max_connections = 200
fsync = off
synchronous_commit = off
full_page_writes = off
jit = off
shared_buffers = 256MB
log_min_messages = warning
"""


def find_programs() -> Path:
    found = places.find_on_system("usr/lib/postgresql/1[5-9]/bin/postgres")
    if not found:
        raise SetupError("PostgreSQL 15 or newer is needed: sudo apt-get install postgresql")
    return found.parent


def get_socket_folder() -> Path:
    if len(str(CLUSTER)) <= places.LONGEST_SOCKET_PATH:
        return CLUSTER
    return Path("/tmp") / f"oa-pg-{hashlib.sha256(str(CLUSTER).encode()).hexdigest()[:12]}"


def step() -> Step:
    return Step("pg", "PostgreSQL cluster with Bulgarian sorting", 5, (CONFIGURATION,), _make_cluster, (CLUSTER / "data").exists)


def ensure_running(env: dict[str, str]) -> None:
    if _answers(env):
        return
    get_socket_folder().mkdir(exist_ok=True)
    os.chown(get_socket_folder(), CLUSTER.stat().st_uid, -1)
    log = CLUSTER / "log"
    _own_run("pg_ctl", "start", "--wait", "--timeout=60", "-D", _data(), "-l", log, env=env)
    for _attempt in range(50):
        if _answers(env):
            return
        time.sleep(0.2)
    raise SetupError(f"PostgreSQL does not answer; its log is {log}.")


def stop(env: dict[str, str]) -> None:
    if (_data() / "postmaster.pid").exists():
        _own_run("pg_ctl", "stop", "--mode=fast", "-D", _data(), env=env)


def query(sql: str, database: str, env: dict[str, str]) -> str:
    done = subprocess.run(
        ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", sql],
        env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SetupError(done.stderr.strip())
    return done.stdout.strip()


def _answers(env: dict[str, str]) -> bool:
    return subprocess.run(["pg_isready", "-q"], env=env, check=False).returncode == 0


def _data() -> Path:
    return CLUSTER / "data"


def _make_cluster() -> None:
    env = dict(os.environ, LC_ALL="C.UTF-8")
    owner = NOBODY if os.geteuid() == 0 and not _can_unshare() else os.geteuid()
    CLUSTER.mkdir(exist_ok=True)
    os.chown(CLUSTER, owner, -1)
    with fresh_folder(_data()) as part:
        os.chown(part, owner, -1)
        _own_run(
            "initdb", "-D", part, "-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8",
            "--locale-provider=icu", "--icu-locale=bg-BG", "--no-sync", env=env,
        )  # fmt: skip
        with (part / "postgresql.conf").open("a") as conf:
            conf.write(CONFIGURATION.format(sockets=get_socket_folder()))


def _can_unshare() -> bool:
    """A user namespace lets PostgreSQL run while its files stay root's; some containers forbid it."""
    return subprocess.run([*_UNSHARE, "true"], capture_output=True, check=False).returncode == 0


_UNSHARE = ("unshare", "--user", "--map-user=1", "--map-group=1")
_SETPRIV = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")


def _own_run(program: str, *arguments: str | Path, env: dict[str, str]) -> None:
    """Run a server program, which refuses to be root."""
    prefix: tuple[str, ...] = ()
    if os.geteuid() == 0:
        prefix = _SETPRIV if CLUSTER.stat().st_uid == NOBODY else _UNSHARE
    # The daemon keeps what it inherits: a pipe of ours would never close.
    with (places.HOME / "pg_ctl.log").open("w+") as log:
        words = [*prefix, str(find_programs() / program), *map(str, arguments)]
        done = subprocess.run(words, env=env, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd="/", check=False)
        if done.returncode:
            log.seek(0)
            raise SetupError(f"{program} failed:\n{log.read()[-3000:]}")
