"""The list of what has to be there, in order."""

from __future__ import annotations

from . import database, debian, environment, odoo_source, postgres, python_envs
from .areas import Area
from .steps import Step, only_one


def prepare_programs(area: Area) -> dict[str, str]:
    """Make programs and environments ready; give the environment to run in."""
    with only_one():
        steps: tuple[Step | None, ...] = (
            debian.step(), debian.recognition_step(), debian.office_step(), debian.verifier_step(), odoo_source.step(),
            python_envs.odoo_step(), python_envs.signing_step(), python_envs.remote_dummy_step(), postgres.step(),
        )  # fmt: skip
        for step in steps:
            if step:
                step.ensure()
        env = environment.make(area)
        postgres.ensure_running(env)
    return env


def prepare_base(area: Area) -> dict[str, str]:
    env = prepare_programs(area)
    with only_one():
        database.base_step(env).ensure()
    return env
