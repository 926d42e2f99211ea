from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..core.hash_chain import Flaw, verify

_BATCH = 5000


class OaRegister(models.Model):
    _inherit = "oa.register"

    def _verify_all(self):
        """Return {register: first problem or None}, reading every line anew; called on the model it takes every register."""
        self.env.flush_all()
        registers = self or self.with_context(active_test=False).search(Domain.TRUE)
        return {register: verify(register._read_lines(), register.reset == "yearly") for register in registers}

    def _read_lines(self):
        # The whole book counts, also lines whose document the reader may not see; only the number of a bad line is told.
        entries_sudo = self.env["oa.register.entry"].sudo().with_context(prefetch_fields=True, active_test=False)
        last_id = 0
        while batch := entries_sudo.search([("register_id", "=", self.id), ("id", ">", last_id)], order="id", limit=_BATCH):
            batch.invalidate_recordset(flush=False)
            for entry in batch:
                yield entry._to_line()
            last_id = batch[-1].id
            batch.invalidate_recordset(flush=False)

    def action_verify(self):
        """Answer with a sentence: the books are whole, or the first line that is not."""
        if not self.env.user.has_group("oa_registry.oa_registry_group_clerk") and not self.env.user.has_group(
            "oa_registry.oa_registry_group_auditor"
        ):
            raise AccessError(self.env._("Registers are verified by registry clerks and auditors."))
        self.check_access("read")
        outcome = self._verify_all()
        problems = [self._explain_problem(register, problem) for register, problem in outcome.items() if problem]
        for register, problem in outcome.items():
            details = self._explain_problem(register, problem) if problem else self.env._("%(register)s: whole", register=register.name)
            self.env["oa.journal.entry"]._log(register, "verify", details)
        count = sum(register.entry_count for register in outcome)
        whole = self.env._("Verified entries: %(count)s. Nothing is altered, missing or added.", count=count)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger" if problems else "success",
                "sticky": bool(problems),
                "title": self.env._("The register is not whole") if problems else self.env._("The register is whole"),
                "message": "\n".join(problems) or whole,
            },
        }

    def _explain_problem(self, register, problem):
        values = {"register": register.name, "number": problem.name, "sequence": problem.sequence, "year": problem.year}
        if problem.flaw is Flaw.ALTERED:
            return self.env._("%(register)s: entry %(number)s has been altered.", **values)
        if problem.flaw is Flaw.MISSING:
            return self.env._("%(register)s: entry No. %(sequence)s of %(year)s is missing (before %(number)s).", **values)
        return self.env._("%(register)s: entry %(number)s has been added beside the book.", **values)
