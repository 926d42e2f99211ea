from base64 import b64encode

from odoo import fields, models
from odoo.exceptions import UserError

from ..core.dispatch_package import PackageFile, make_package

EXCHANGES = {"seos", "ssev"}
"""Exchange systems of the state; the administration uses them outside until they are connected."""


class OaDispatch(models.Model):
    """What goes through СЕОС or ССЕВ waits as a package: a person hands it over there and enters the number of the message."""

    _inherit = "oa.dispatch"

    state = fields.Selection(selection_add=[("prepared", "To be handed over"), ("sent",)], ondelete={"prepared": "set default"})
    package = fields.Binary(attachment=True, readonly=True, copy=False)
    package_name = fields.Char(readonly=True, copy=False)

    _system_fields = frozenset({"state", "sent_at", "sent_by_id", "mail_id", "is_receipt", "book_id", "package", "package_name"})

    def write(self, vals):
        result = super().write(vals)
        if "channel" in vals and (turned := self.filtered(lambda dispatch: dispatch.state == "prepared")):
            # What goes another way now has no package that waits.
            turned._write_system({"state": "draft", "package": False, "package_name": False, "outcome": False})
        return result

    def _send(self):
        exchanged = self.filtered(lambda dispatch: dispatch.channel in EXCHANGES)
        exchanged._prepare_package()
        return super(OaDispatch, self - exchanged)._send()

    def _prepare_package(self):
        """Keep the package and say what is to be done with it; nothing is called sent before it was handed over."""
        for dispatch in self:
            stem = "".join(char if char.isalnum() else "-" for char in dispatch.document_id.number or "")
            dispatch._write_system({
                "state": "prepared",
                "package": b64encode(dispatch._make_package()),
                "package_name": f"{dispatch.channel}-{stem}.zip",
                "file_id": dispatch._get_file().id,
                "outcome": dispatch._explain_handover(),
            })  # fmt: skip
        self.env["oa.journal.entry"]._log(self, "dispatch_package", lambda dispatch: f"{dispatch.partner_id.name}: {dispatch.package_name}")

    def _make_package(self):
        # Whoever may dispatch the document sends its files.
        files_sudo = self._get_package_files().sudo()
        files = [PackageFile(file.name, file.attachment_id.raw) for file in files_sudo]
        return make_package(self._get_package_facts(), files, self._explain_handover())

    def _get_package_files(self):
        """The document itself and what it encloses."""
        enclosed = self.document_id.file_ids.filtered(lambda file: file.role == "attachment" and file.state == "current")
        return self._get_file() | enclosed

    def _get_package_facts(self):
        """What the message of an exchange system asks for, as its form names it."""
        # What goes out tells the recipient these facts, whoever sends it.
        document_sudo, partner_sudo = self.document_id.sudo(), self.partner_id.sudo()
        env = self.company_id._in_official_language().env
        moment = fields.Datetime.context_timestamp(document_sudo.with_context(tz="Europe/Sofia"), document_sudo.registered_at)
        parent_sudo = document_sudo.reply_to_id
        return [
            (env._("Sender"), self.company_id.name),
            (env._("Recipient"), partner_sudo.commercial_partner_id.name or partner_sudo.name),
            (env._("Number"), document_sudo.number),
            (env._("Date"), f"{moment:%d.%m.%Y}"),
            (env._("Kind"), document_sudo.kind_id.name),
            (env._("Subject"), document_sudo.subject),
            (env._("Your number"), parent_sudo.sender_number if parent_sudo else ""),
            (env._("Our number"), parent_sudo.number if parent_sudo else ""),
        ]

    def _explain_handover(self):
        channels = dict(self._fields["channel"]._description_selection(self.env))
        return self.env._(
            "%(channel)s is not connected. Hand the package over there, enter the number of the message and press “Handed over”.",
            channel=channels[self.channel],
        )

    def action_download_package(self):
        """Take the package to the exchange system."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "prepared":
            raise UserError(self.env._("A package is made when a dispatch by СЕОС or ССЕВ is sent; this one has none that waits."))
        url = f"/web/content/oa.dispatch/{self.id}/package/{self.package_name}?download=true"
        return {"type": "ir.actions.act_url", "url": url, "target": "self"}

    def action_hand_over(self):
        """The message is in the exchange system; its number proves it."""
        self.check_access("write")
        for dispatch in self:
            if blockers := dispatch._get_hand_over_blockers():
                raise UserError("\n".join(blockers))
        self._mark_sent()

    def _get_hand_over_blockers(self):
        """Say why it cannot be called handed over; an empty list means it can."""
        self.ensure_one()
        if self.state != "prepared":
            return [self.env._("Only a package that waits is handed over.")]
        if not (self.tracking_number or "").strip():
            return [
                self.env._(
                    "Enter in “Shipment number” the number that the message to %(partner)s got in the exchange system.",
                    partner=self.partner_id.name,
                )
            ]
        return []

    def _explain_one_waiting(self):
        if self.state != "prepared":
            return super()._explain_one_waiting()
        return f"{self.partner_id.name}: {self._explain_handover()}"
