import base64

from asn1crypto import x509
from markupsafe import Markup
from odoo import api, fields, models

_HEADINGS = ("provider", "service", "kind", "status", "since", "until")


class OaTrustListVersion(models.Model):
    """One issue of a trusted list, as it came; never changed and never deleted."""

    _name = "oa.trust.list.version"
    _inherit = "oa.signing.append.only"
    _description = "Version of a trusted list"
    _order = "id desc"
    _rec_name = "sequence_number"

    list_id = fields.Many2one("oa.trust.list", ondelete="restrict", required=True, index=True, readonly=True)
    sequence_number = fields.Integer("Number", required=True, readonly=True, aggregator=None)
    issued_at = fields.Datetime("Issued", required=True, readonly=True)
    next_update_at = fields.Datetime("Next one due", readonly=True)
    operator = fields.Char(readonly=True)
    signer_name = fields.Char("Signed by", required=True, readonly=True)
    signer_words = fields.Char("Signature of", compute="_compute_signer_words")
    signer_fingerprint = fields.Char("Fingerprint of the certificate", required=True, readonly=True)
    digest = fields.Char("SHA-256", required=True, readonly=True, index=True)
    origin = fields.Selection([("file", "File"), ("network", "Network")], required=True, readonly=True)
    services = fields.Json("Services as read", readonly=True)
    pointers = fields.Json("Lists it points to", readonly=True)
    service_count = fields.Integer("Services", required=True, readonly=True, aggregator=None)
    service_table = fields.Html("Services of the list", compute="_compute_service_table", sanitize=False)
    attachment_id = fields.Many2one("ir.attachment", "File", ondelete="restrict", required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", "Brought by", ondelete="restrict", required=True, readonly=True, default=lambda self: self.env.user
    )
    added_at = fields.Datetime("Came", required=True, readonly=True, default=fields.Datetime.now)

    @api.private
    @api.model
    def _keep(self, trust_list, data, signed, origin):
        facts, signer = signed.facts, x509.Certificate.load(signed.signer)
        # The file belongs to the version; nobody has the right to add it by hand.
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": f"{trust_list.territory}-{facts.sequence}.xml",
                    "raw": data,
                    "mimetype": "application/xml",
                    "res_model": self._name,
                }
            )
        )
        pointers = [
            {"territory": item.territory, "url": item.url, "certificates": [base64.b64encode(der).decode() for der in item.certificates]}
            for item in facts.pointers
        ]
        version = self._append([{
            "list_id": trust_list.id,
            "sequence_number": facts.sequence,
            "issued_at": facts.issued_at.replace(tzinfo=None) - facts.issued_at.utcoffset(),
            "next_update_at": facts.next_update_at and facts.next_update_at.replace(tzinfo=None) - facts.next_update_at.utcoffset(),
            "operator": facts.operator,
            "signer_name": signer.subject.human_friendly,
            "signer_fingerprint": signer.sha256.hex(),
            "digest": self.env["oa.signature"]._compute_digest(data),
            "origin": origin,
            "services": [service.to_wire() for service in facts.services],
            "pointers": pointers,
            "service_count": len(facts.services),
            "attachment_id": attachment.id,
        }])  # fmt: skip
        attachment.res_id = version.id
        trust_list.invalidate_recordset(["version_ids", "current_id", "state"])
        return version

    def _get_access_subject(self):
        return self.list_id

    @api.depends("signer_name")
    @api.depends_context("lang")
    def _compute_signer_words(self):
        for version in self:
            version.signer_words = self.env["oa.certificate"]._translate_subject(version.signer_name)

    def action_download(self):
        self.ensure_one()
        # The right to read the version has been asked; the file is part of it.
        attachment = self.sudo().attachment_id
        return {"type": "ir.actions.act_url", "url": f"/web/content/{attachment.id}?download=1", "target": "download"}

    @api.depends("services")
    @api.depends_context("lang")
    def _compute_service_table(self):
        for version in self:
            rows = Markup("").join(version._render_service(service) for service in version.services or [])
            head = Markup("").join(Markup("<th>%s</th>") % self._name_heading(name) for name in _HEADINGS)
            table = Markup('<table class="table table-sm o_oa_services"><thead><tr>%s</tr></thead><tbody>%s</tbody></table>')
            version.service_table = table % (head, rows) if rows else self.env._("The list names no services; it points to other lists.")

    def _name_heading(self, name):
        return {
            "provider": self.env._("Provider"),
            "service": self.env._("Service"),
            "kind": self.env._("Kind"),
            "status": self.env._("Status"),
            "since": self.env._("Since"),
            "until": self.env._("Certificate until"),
        }[name]

    def _render_service(self, service):
        earlier = [f"{self._name_status(status)} ({self._format_day(since)})" for status, since in service["history"]]
        before = self.env._("before: %(list)s", list=", ".join(earlier)) if earlier else ""
        history = Markup('<div class="text-muted small">%s</div>') % before if before else ""
        css_class = "text-success" if service["status"] == "granted" else "text-danger"
        status = Markup('<span class="%s">%s</span>%s') % (css_class, self._name_status(service["status"]), history)
        cells = (
            service["provider"],
            service["name"],
            self._name_kind(service),
            status,
            self._format_day(service["since"]),
            self._format_day(service["certificate_until"]),
        )
        return Markup("<tr>%s</tr>") % Markup("").join(Markup("<td>%s</td>") % cell for cell in cells)

    def _format_day(self, moment):
        return fields.Date.to_date(moment[:10]).strftime("%d.%m.%Y") if moment else ""

    def _name_kind(self, service):
        if service["kind"] == "qtst":
            return self.env._("Qualified timestamps")
        if service["kind"] != "ca_qc":
            return self.env._("Other")
        names = {"esign": self.env._("signatures"), "eseal": self.env._("seals"), "web": self.env._("web sites")}
        purposes = ", ".join(names[purpose] for purpose in service["purposes"])
        if not purposes:
            return self.env._("Qualified certificates")
        return self.env._("Qualified certificates for %(purposes)s", purposes=purposes)

    def _name_status(self, status):
        names = {
            "granted": self.env._("granted"),
            "withdrawn": self.env._("withdrawn"),
            "recognisedatnationallevel": self.env._("recognised at national level"),
            "deprecatedatnationallevel": self.env._("deprecated at national level"),
        }
        return names.get(status, status)
