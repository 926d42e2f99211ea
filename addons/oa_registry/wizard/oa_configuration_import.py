import base64
import binascii

from markupsafe import Markup
from odoo import fields, models
from odoo.tools import groupby

_MOST_LINES = 200


class OaConfigurationImport(models.TransientModel):
    """Takes a file of settings, shows what it would change, and brings it in."""

    _name = "oa.configuration.import"
    _description = "Bring a configuration in"

    company_id = fields.Many2one("res.company", "Into administration", required=True, readonly=True, default=lambda self: self.env.company)
    content = fields.Binary("File", required=True)
    file_name = fields.Char()
    preview = fields.Html(readonly=True, sanitize=False)
    is_ready = fields.Boolean(readonly=True)

    def _read_body(self):
        try:
            data = base64.b64decode(self.content or b"", validate=True)
        except (binascii.Error, ValueError):
            data = b""
        return self.env["oa.configuration"]._read_file(data)

    def action_preview(self):
        """Show the differences; nothing is changed."""
        self.ensure_one()
        body = self._read_body()
        trial = self.env["oa.configuration"]._try_file(self.company_id, body)
        self.write({"is_ready": bool(trial.changes) and not trial.problems, "preview": self._show(body, trial)})
        return self._reopen()

    def action_confirm(self):
        self.ensure_one()
        self.env["oa.configuration"]._bring_file(self.company_id, self._read_body())
        return {"type": "ir.actions.client", "tag": "reload"}

    def action_back(self):
        self.write({"is_ready": False, "preview": False})
        return self._reopen()

    def _reopen(self):
        return {
            "type": "ir.actions.act_window", "name": self.env._("Bring a configuration in"), "res_model": self._name, "res_id": self.id,
            "views": [(False, "form")], "target": "new",
        }  # fmt: skip

    def _show(self, body, trial):
        head = self.env._(
            "The file is of %(administration)s, made on %(day)s.",
            administration=body.get("administration") or "–", day=str(body.get("made_at") or "–")[:10],
        )  # fmt: skip
        parts = [Markup("<p>{}</p>").format(head)]
        if trial.problems:
            parts.append(self._list("text-danger", self.env._("Nothing can be brought in until this fits:"), trial.problems))
        if trial.notes:
            parts.append(self._list("text-warning", self.env._("Left out:"), trial.notes))
        if not trial.changes and not trial.problems:
            parts.append(Markup("<p>{}</p>").format(self.env._("The administration has all of it already. There is nothing to change.")))
        sections = {section.name: section for section in self.env["oa.configuration"]._get_sections()}
        for name, changes in groupby(trial.changes, lambda change: change.section):
            parts.append(self._show_section(sections[name], list(changes)))
        return Markup().join(parts)

    def _show_section(self, section, changes):
        fresh, changed = [change for change in changes if change.is_new], [change for change in changes if not change.is_new]
        label = self.env["oa.configuration"]._get_label(section)
        title = self.env._("%(what)s: %(fresh)s new, %(changed)s changed", what=label, fresh=len(fresh), changed=len(changed))
        lines = [Markup("<li><b>{}</b> {} {}</li>").format("+", change.key, change.values.get("name") or "") for change in fresh]
        lines += [
            Markup("<li>{} {}: {} → {}</li>").format(
                change.key, self._get_field_label(section, name), self._write(change.old[name]), self._write(value)
            )
            for change in changed
            for name, value in change.values.items()
        ]
        more = len(lines) - _MOST_LINES
        if more > 0:
            lines = [*lines[:_MOST_LINES], Markup("<li>{}</li>").format(self.env._("… and %(count)s more", count=more))]
        return Markup("<details open='open'><summary><b>{}</b></summary><ul>{}</ul></details>").format(title, Markup().join(lines))

    def _list(self, style, title, sentences):
        lines = Markup().join(Markup("<li>{}</li>").format(sentence) for sentence in sentences[:_MOST_LINES])
        return Markup("<div class='{}'><b>{}</b><ul>{}</ul></div>").format(style, title, lines)

    def _get_field_label(self, section, name):
        field = self.env[section.model]._fields.get(name)
        return field._description_string(self.env) if field else name

    def _write(self, value):
        if isinstance(value, list) and any(isinstance(item, dict) for item in value):
            return "; ".join(f"{number}. {self._write(list(filter(None, item.values())))}" for number, item in enumerate(value, 1)) or "–"
        if isinstance(value, list):
            return ", ".join(map(str, value)) or "–"
        if isinstance(value, bool):
            return self.env._("yes") if value else self.env._("no")
        return "–" if value in (None, "") else str(value)
