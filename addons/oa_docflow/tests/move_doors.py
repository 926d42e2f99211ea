"""By which door a client of each move comes in: what it calls, one public method after the other."""

from dataclasses import dataclass
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import new_test_user

from ..core.lifecycle import TABLE, Who
from ..models.locks import moving
from .common import REGISTRY, DocflowCase

STRANGERS = {"keeper": "head_registrar", "archivist": "archivist", "auditor": "auditor", "administrator": "administrator"}


@dataclass(frozen=True)
class Door:
    """The moves of the table that one button makes, and how a client presses it."""

    moves: tuple
    press: str
    """The method of the test case that sends what the client sends."""
    stage: str = ""
    """Where the state alone does not decide: what else has to be prepared."""


class MoveCase(DocflowCase):
    """Tries every door in every state by every role and compares with the table."""

    subjects = ()
    doors = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for role, group in STRANGERS.items():
            setattr(cls, role, new_test_user(
                cls.env, f"moves.{role}", f"base.group_user,{REGISTRY}{group}", company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            ))  # fmt: skip
        cls.roles = (*("clerk", "governor", "director", "lawyer", "secretary", "expert", "colleague"), *STRANGERS)

    # ------------------------------------------------------------ the client
    def send(self, user, model, method, ids=(), *args, **kwargs):
        """One call as it comes from outside."""
        records = self.env[model].with_user(user).with_context(allowed_company_ids=self.company.ids, lang="en_US")
        return call_kw(records, method, [*([list(ids)] if ids else []), *args], kwargs)

    def answer(self, user, model, vals):
        """A dialog: create it with these answers and confirm."""
        wizard_ids = self.send(user, model, "create", (), [vals])
        return self.send(user, model, "action_confirm", wizard_ids)

    def is_let(self, door, record, role):
        """Say to which state the role has brought the record by this door, or nothing; what was done is undone."""
        savepoint = self.env.cr.savepoint()
        try:
            getattr(self, door.press)(getattr(self, role), record)
            self.env.flush_all()
            self.env.invalidate_all()
            return record.sudo().state
        except (AccessError, UserError) as refusal:
            self.assertTrue(str(refusal).strip())
            return None
        finally:
            savepoint.rollback()
            savepoint.close(rollback=False)
            self.env.invalidate_all()

    # ------------------------------------------------------------ the table
    def rows_of(self, state, door):
        return [row for row in TABLE if row.subject in self.subjects and row.state == state and row.name in door.moves]

    def check_doors_lead_to_every_move(self):
        by_hand = {row.name for row in TABLE if row.subject in self.subjects and row.who is not Who.FLOW}
        self.assertEqual({name for door in self.doors for name in door.moves}, by_hand, "each move of the table has a door here")

    def try_every_door(self, state, record, stage="", without=()):
        """In this state every door is tried by everybody; the table says who gets through, and where to.

        `without`: doors that the table opens in this state, and that this record has for another reason no use for.
        """
        self.env.flush_all()
        parts = self.cast(record.sudo())
        for door in (door for door in self.doors if door.stage == stage):
            rows = [] if door.press in without else self.rows_of(state, door)
            wanted = {role: row.target for row in rows for role in parts.get(row.who, ())}
            reached = {role: target for role in self.roles if (target := self.is_let(door, record, role))}
            with self.subTest(state=state, stage=stage, door=door.press):
                self.assertEqual(reached, wanted)

    def cast(self, record):
        """Hook: which roles play which part on this record."""
        raise NotImplementedError

    def role_of(self, *users):
        return {role for role in self.roles if getattr(self, role) in users}

    def make_late(self, task):
        yesterday = fields.Date.context_today(self.env.user) - timedelta(days=2)
        moving(task.sudo()).write({"due_on": yesterday})
