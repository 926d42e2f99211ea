from odoo import api, models

_LONGEST = 2000
_SECRET_WORDS = ("password", "secret", "token", "private")


class OaJournalMixin(models.AbstractModel):
    """Settings whose every change is in the journal, with old and new value."""

    _name = "oa.journal.mixin"
    _description = "Journaled settings"

    _journal_action = "settings"
    _journal_fields: frozenset[str] = frozenset()
    """The fields that matter; empty means all that are stored."""

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self._log_settings([
            (record, "", record._describe(self._choose_journaled(vals))) for record, vals in zip(records, vals_list, strict=True)
        ])  # fmt: skip
        return records

    def write(self, vals):
        names = self._choose_journaled(vals)
        if not names or not self.pool.ready:
            return super().write(vals)
        before = {record: record._describe_each(names) for record in self}
        result = super().write(vals)
        changes = []
        for record, old in before.items():
            new = record._describe_each(names)
            changed = [name for name in names if old[name] != new[name] or self._is_secret(name)]
            if changed:
                changes.append((record, record._join(old, changed), record._join(new, changed)))
        self._log_settings(changes)
        return result

    def unlink(self):
        rows = [(record, record._describe(self._choose_journaled(self._fields)), "") for record in self]
        # What is gone has no name to be asked for afterwards.
        self._log_settings(rows)
        return super().unlink()

    def _is_journaled(self):
        """Hook: whether changes of this record matter."""
        return True

    def _choose_journaled(self, names):
        return [
            name
            for name in names
            if (field := self._fields.get(name)) and (name in self._journal_fields or not self._journal_fields)
            if (field.store and field.type not in {"one2many", "binary"} and name not in models.MAGIC_COLUMNS) or self._is_secret(name)
        ]

    @api.model
    def _is_secret(self, name):
        return any(word in name for word in _SECRET_WORDS) or "pin" in name.split("_")

    def _describe(self, names):
        values = self._describe_each(names)
        return self._join(values, [name for name in names if values[name]])

    def _describe_each(self, names):
        """Each value as people read it, in the language of the administration."""
        # Who may change a setting may have it written down whole.
        record = self.sudo().with_context(lang=self.env.company._get_official_language())
        return {name: "•••" if self._is_secret(name) else record._read_journal_value(name) for name in names}

    def _read_journal_value(self, name):
        field, value = self._fields[name], self[name]
        if field.relational:
            return ", ".join(sorted(str(name) for name in value.mapped("display_name")))
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value or "")
        if field.type == "boolean":
            return self.env._("yes") if value else self.env._("no")
        return "" if value in (False, None) else str(value)[:_LONGEST]

    def _join(self, values, names):
        labelled = self.with_context(lang=self.env.company._get_official_language())
        return "\n".join(f"{self._fields[name]._description_string(labelled.env)}: {values[name] or '–'}" for name in names)

    def _log_settings(self, changes):
        # What a module brings with itself is nobody's decision.
        if not self.pool.ready:
            return
        journal = self.env["oa.journal.entry"]
        journal._write_rows([
            {**journal._prepare_subject_vals(record), "action": self._journal_action, "old_value": old, "new_value": new}
            for record, old, new in changes
            if record._is_journaled() and (old or new)
        ])  # fmt: skip
