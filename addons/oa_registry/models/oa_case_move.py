from odoo import fields, models
from odoo.exceptions import UserError

_OPEN = {"open", "continued"}


class OaCase(models.Model):
    """Merging, splitting and continuing cases: each an event with its reason."""

    _inherit = "oa.case"

    event_count = fields.Integer("Events", compute="_compute_event_count")
    merged_into_id = fields.Many2one(
        "oa.case", "Merged into", readonly=True, copy=False, index="btree_not_null", ondelete="restrict", check_company=True
    )
    merged_ids = fields.One2many("oa.case", "merged_into_id", "Merged cases", readonly=True)

    # A merged case has no documents of its own any more; it is seen by whoever sees those of the case into which it went.
    _seen_through_index = models.Index("(coalesce(merged_into_id, id))")

    def _compute_event_count(self):
        events, counts = self.env["oa.case.event"], dict.fromkeys(self.ids, 0)
        # An event between two cases of the list counts in both.
        for name in ("from_case_id", "to_case_id"):
            for case, count in events._read_group([(name, "in", self.ids)], [name], ["__count"]):
                counts[case.id] += count
        for case in self:
            case.event_count = counts.get(case.id, 0)

    def action_open_events(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("oa_registry.oa_case_event_action")
        return {**action, "domain": ["|", ("from_case_id", "=", self.id), ("to_case_id", "=", self.id)], "context": {}}

    # ------------------------------------------------------------ merging
    def action_merge(self):
        """Ask into which case and why."""
        self.ensure_one()
        self._refuse(self._get_merge_blockers())
        return self.env["oa.case.act"]._open("merge", self.env._("Merge into another case"), case_id=self.id)

    def _get_merge_blockers(self, target=None):
        """Say why the case cannot be merged (into the target); an empty list means it can."""
        self.ensure_one()
        blockers = self._get_keeper_blockers()
        if self.state not in _OPEN:
            blockers.append(self.env._("Only a case that is not closed is merged: %(case)s.", case=self.name))
        if target is None:
            return blockers
        if target == self or target.company_id != self.company_id:
            blockers.append(self.env._("Choose another case of the same administration."))
        elif target.state not in _OPEN:
            blockers.append(self.env._("Case %(case)s is closed. Continue it first.", case=target.name))
        return blockers

    def _merge(self, target, reason):
        """Move everything into the target; the number stays and leads there."""
        self.ensure_one()
        (self | target).check_access("write")
        self._refuse(self._get_merge_blockers(target))
        events = self.env["oa.case.event"]
        common = {"from_case_id": self.id, "to_case_id": target.id, "company_id": self.company_id.id, "reason": reason}
        merge = events._record([{**common, "kind": "merge"}])
        # All that is in the case goes with it, also what the person does not see.
        documents = self.env["oa.document"].sudo().with_context(active_test=False).search([("case_id", "=", self.id)], order="id")
        registered = documents.filtered("register_entry_id")
        events._record([{**common, "kind": "move", "document_id": document.id, "merge_id": merge.id} for document in registered])
        # First the case: when its documents have left, it is seen through the target only.
        self._write_system({"state": "merged", "merged_into_id": target.id})
        documents._write_system({"case_id": target.id})
        # Numbers that led here lead on.
        self.sudo().with_context(active_test=False).merged_ids._write_system({"merged_into_id": target.id})  # seen through the target
        journal = self.env["oa.journal.entry"]
        journal._log(self, "case_merge", f"{self.name} → {target.name}: {reason}")
        journal._log(target, "case_merge", f"{self.name} → {target.name}: {reason}")

    def _get_split_blockers(self, target):
        """Say why the merge cannot be undone; an empty list means it can."""
        blockers = self._get_keeper_blockers()
        if self.state != "merged":
            blockers.append(self.env._("Case %(case)s is not merged.", case=self.name))
        if target.state not in _OPEN:
            blockers.append(self.env._("Case %(case)s is closed. Continue it first.", case=target.name))
        return blockers

    def _split(self, merge, reason):
        """Undo a merge: what came with it and is still there goes back."""
        self.ensure_one()
        target = merge.to_case_id
        (self | target).check_access("write")
        self._refuse(self._get_split_blockers(target))
        events = self.env["oa.case.event"]
        # As with the merge: all of it.
        moved = events.sudo().search([("merge_id", "=", merge.id)], order="id").document_id
        documents = moved.filtered(lambda document: document.case_id == target)
        common = {"from_case_id": target.id, "to_case_id": self.id, "company_id": self.company_id.id, "reason": reason}
        split = events._record([{**common, "kind": "split", "undoes_id": merge.id}])
        events._record([{**common, "kind": "move", "document_id": document.id, "merge_id": split.id} for document in documents])
        # First the case: it is seen through the target until it has documents again.
        self._write_system({"state": "continued" if self._was_continued() else "open", "merged_into_id": False})
        documents._write_system({"case_id": self.id})
        self._list_merged_before()._write_system({"merged_into_id": self.id})
        journal = self.env["oa.journal.entry"]
        journal._log(self, "case_split", f"{target.name} → {self.name}: {reason}")
        journal._log(target, "case_split", f"{target.name} → {self.name}: {reason}")

    def _was_continued(self):
        # Its own history, also the part that the person does not see.
        events_sudo = self.env["oa.case.event"].sudo()
        return bool(events_sudo.search_count([("to_case_id", "=", self.id), ("kind", "=", "continue")], limit=1))

    def _list_merged_before(self):
        """Cases whose merges lead here and are not undone."""
        # Seen through this case.
        events_sudo, found, front = self.env["oa.case.event"].sudo(), self.browse(), self
        while front:
            domain = [("kind", "=", "merge"), ("to_case_id", "in", front.ids), ("undone_ids", "=", False)]
            front = events_sudo.search(domain).from_case_id.filtered(lambda case: case.state == "merged") - found - self
            found |= front
        return found

    # ------------------------------------------------------------ continuing
    def action_continue(self):
        """Ask why a closed case is opened again."""
        self.ensure_one()
        self._refuse(self._get_continue_blockers())
        return self.env["oa.case.act"]._open("continue", self.env._("Continue the case"), case_id=self.id)

    def _get_continue_blockers(self):
        """Say why the case cannot be continued; an empty list means it can."""
        self.ensure_one()
        if self.state != "closed":
            return [self.env._("Only a closed case can be continued: %(cases)s.", cases=self.name)]
        return self._get_keeper_blockers()

    def _continue(self, reason):
        """Open a closed case again."""
        self.ensure_one()
        self.check_access("write")
        self._refuse(self._get_continue_blockers())
        self.env["oa.case.event"]._record([
            {"kind": "continue", "to_case_id": self.id, "company_id": self.company_id.id, "reason": reason}
        ])  # fmt: skip
        self._write_system({"state": "continued", "closed_on": False, "closed_by_id": False})
        self.env["oa.journal.entry"]._log(self, "case_continue", reason)

    # ------------------------------------------------------------ common
    def _get_keeper_blockers(self):
        user = self.env.user
        if user.has_group("oa_registry.oa_registry_group_clerk") or user.has_group("oa_registry.oa_registry_group_archivist"):
            return []
        return [self.env._("Cases are kept by the registry clerk and the archivist.")]

    def _refuse(self, blockers):
        if blockers:
            raise UserError("\n".join(blockers))


class OaDocument(models.Model):
    """A registered document changes its case by an event with a reason."""

    _inherit = "oa.document"

    def write(self, vals):
        if "case_id" not in vals or self._is_system():
            return super().write(vals)
        self._check_case_kept(vals["case_id"])
        joining = self.filtered(lambda document: document.register_entry_id and not document.case_id and vals["case_id"])
        result = super().write(vals)
        joining._record_case_event(self.env["oa.case"], joining.case_id, "")
        return result

    def _check_case_kept(self, case_id):
        for document in self:
            if document.register_entry_id and document.case_id and document.case_id.id != case_id:
                raise UserError(
                    self.env._(
                        "%(document)s stands in the contents of case %(case)s. Move it with a reason: “Move to another case”.",
                        document=document.number,
                        case=document.case_id.name,
                    )
                )

    def action_move_to_case(self):
        """Ask to which case and why; without a case the documents are taken out."""
        for document in self:
            if blockers := document._get_case_blockers():
                raise UserError("\n".join(blockers))
        return self.env["oa.case.act"]._open("move", self.env._("Move to another case"), document_ids=[fields.Command.set(self.ids)])

    def _get_case_blockers(self, target=None):
        """Say why the document cannot be moved (into the target); an empty list means it can."""
        self.ensure_one()
        blockers, case = self.env["oa.case"]._get_keeper_blockers(), self.case_id
        if not self.register_entry_id:
            blockers.append(self.env._("A draft is put into a case by its field “Case”."))
        if case and case.state not in _OPEN:
            blockers.append(self.env._("Case %(case)s is closed. Continue it first.", case=case.name))
        if case and case.name == self.uri:
            blockers.append(self.env._("%(document)s opened the case. Merge the whole case instead.", document=self.number))
        if target is None:
            return blockers
        if target and target.state not in _OPEN:
            blockers.append(self.env._("Case %(case)s is closed. Continue it first.", case=target.name))
        if target == case or (target and target.company_id != self.company_id):
            blockers.append(self.env._("Choose another case of the same administration."))
        return blockers

    def _put_into_case(self, target, reason, undoes=None):
        """Move registered documents to the case, or out of every case, with a reason."""
        self.check_access("write")
        (self.case_id | target).check_access("write")
        for document in self:
            if blockers := document._get_case_blockers(target):
                raise UserError("\n".join(blockers))
        for case, documents in self.grouped("case_id").items():
            documents._record_case_event(case, target, reason, undoes)
        self._write_system({"case_id": target.id})

    def _record_case_event(self, source, target, reason, undoes=None):
        kind = "move" if source and target else "remove" if source else "join"
        self.env["oa.case.event"]._record([
            {
                "kind": kind, "document_id": document.id, "from_case_id": source.id, "to_case_id": target.id,
                "company_id": document.company_id.id, "reason": reason, "undoes_id": undoes and undoes.id,
            }
            for document in self
        ])  # fmt: skip
        places = f"{source.name or '–'} → {target.name or '–'}"
        self.env["oa.journal.entry"]._log(self, f"case_{kind}", f"{places}: {reason}" if reason else places)
