import time

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..core.batches import Finishing
from ..core.errors import SigningError
from ..core.specs import SignatureSpec

WAYS = [
    ("token", "Key on the server"),
    ("local", "Own card or token"),
    ("remote", "Remote service"),
    ("upload", "File signed elsewhere"),
]


class OaSignatureRequest(models.Model):
    """What one person is about to sign in one way: shown, prepared, then signed with one PIN.

    Every way is the same: `_prepare_with` a certificate, somebody signs the octets, `_sign_lines` checks and finishes.
    """

    _name = "oa.signature.request"
    _description = "Signing request"
    _order = "id desc"

    name = fields.Char(compute="_compute_name")
    user_id = fields.Many2one("res.users", "Person", ondelete="cascade", required=True, readonly=True)
    company_id = fields.Many2one("res.company", "Administration", ondelete="cascade", required=True, readonly=True)
    way = fields.Selection(WAYS, "Way of signing", default="token", required=True, readonly=True)
    key_id = fields.Many2one("oa.signing.key", ondelete="set null", readonly=True)
    certificate_id = fields.Many2one("oa.certificate", ondelete="restrict", readonly=True)
    is_sealing = fields.Boolean("Sealing without a dialog", readonly=True)
    line_ids = fields.One2many("oa.signature.request.line", "request_id", "Documents", readonly=True)
    state = fields.Selection(
        [("pending", "Waiting for the PIN"), ("done", "Done"), ("cancelled", "Cancelled")],
        default="pending",
        required=True,
        readonly=True,
    )
    line_count = fields.Integer("Number of documents", compute="_compute_name")
    requested_at = fields.Datetime("Requested", default=fields.Datetime.now, required=True, readonly=True)

    @api.depends("line_ids.record_name")
    def _compute_name(self):
        for request in self:
            names = request.line_ids.mapped("record_name")
            request.line_count = len(names)
            request.name = names[0] if len(names) == 1 else self.env._("%(count)s documents", count=len(names))

    @api.model
    def _make_for(self, records, *, is_sealing=False):
        """A request of the current person for signable records; what is waiting for the same records is given up."""
        lines = []
        for record in records:
            file_name, data = record._get_signing_payload()
            lines.append(
                {
                    "res_model": record._name,
                    "res_id": record.id,
                    "record_name": record.display_name,
                    "file_name": file_name,
                    "digest": self.env["oa.signature"]._compute_digest(data),
                    **record._prepare_format_vals(data),
                }
            )
        company = records.company_id[:1] if "company_id" in records._fields else self.env.company
        # A person makes requests through this method only, which has read each record with their rights.
        requests_sudo = self.sudo()
        waiting = requests_sudo.search([("user_id", "=", self.env.uid), ("state", "=", "pending")])
        waiting.filtered(
            lambda item: (
                set(item.line_ids.mapped(lambda line: (line.res_model, line.res_id)))
                & {(line["res_model"], line["res_id"]) for line in lines}
            )
        ).state = "cancelled"
        request = requests_sudo.create(
            {
                "user_id": self.env.uid,
                "is_sealing": is_sealing,
                "company_id": (company or self.env.company).id,
                "line_ids": [fields.Command.create(vals) for vals in lines],
            }
        )
        # Back with the person's own rights.
        return request.sudo(self.env.su)

    def action_open(self):
        """The dialog with documents, key and PIN."""
        self.ensure_one()
        self._check_own()
        return {
            "type": "ir.actions.client",
            "tag": "oa_signing.sign",
            "name": self.env._("Signing"),
            "target": "new",
            "params": {"request_id": self.id},
        }

    def action_cancel(self):
        self._check_own()
        # Lines and states are written by this model only, for the person of the request.
        self.sudo().filtered(lambda request: request.state == "pending").state = "cancelled"

    def get_dialog_data(self):
        """What the dialog shows."""
        self.ensure_one()
        self._check_own()
        keys = self.env["oa.signing.key"]._get_usable_keys()
        ways = self._list_ways(keys)
        # The person's own request; lines hold nothing that the person may not see.
        request_sudo = self.sudo()
        return {
            "ways": ways,
            "way": next((way for way in (self.env.user.signing_way, *ways) if way in ways), False),
            "keys": [key._get_dialog_data() for key in keys],
            "key_id": (self.key_id & keys or keys[:1]).id,
            "lines": [line._get_dialog_data() for line in request_sudo.line_ids],
        }

    @api.model
    def _list_ways(self, keys):
        """Hook: codes of the ways that the current person may sign in."""
        return ["token"] if keys else []

    def action_prepare(self, key_id):
        """Prepare every document for the chosen key: what is shown now is what will be signed."""
        self.ensure_one()
        self._check_own()
        key = self._check_key(self.env["oa.signing.key"].browse(key_id))
        self._prepare_with(key.certificate_id, "token", key)
        return self.get_dialog_data()

    def _prepare_with(self, certificate, way, key=None):
        """Prepare every document for a certificate of the current person."""
        documents = self.env["oa.signing.ports"]._get_documents()
        # Whose the certificate is was asked before; what it says is public.
        identity = certificate.sudo()._get_identity()
        # Lines and states are written by this model only, for the person of the request.
        request_sudo = self.sudo()
        try:
            documents.check_certificate(identity)
            request_sudo.write({"way": way, "key_id": key.id if key else False, "certificate_id": certificate.id})
            request_sudo.line_ids.filtered(lambda line: line.state not in ("signed", "waiting"))._prepare(documents, identity)
        except SigningError as error:
            raise UserError(self.env["oa.signing.messages"]._explain(error)) from error
        self._remember_way(way)

    def action_sign_with_pin(self, pin, line_ids=None):
        """Sign the prepared documents with one login to the token; the PIN is passed on and forgotten.

        Nothing is signed twice: each line is claimed by one statement. A failure of the token leaves all as it was.
        """
        self.ensure_one()
        self._check_own()
        self._check_way("token")
        if not pin:
            raise UserError(self.env._("Enter the PIN of the key."))
        key = self._check_key(self.key_id)
        token = self.env["oa.signing.ports"]._get_token()
        self._sign_lines(line_ids, lambda _lines, items: token.sign(key._get_reference(), str(pin), items))
        return self.get_dialog_data()

    def _seal_with(self, key):
        """Prepare and sign all documents with an opened seal."""
        self.ensure_one()
        key = self._check_key(key)
        token = self.env["oa.signing.ports"]._get_token()
        self._prepare_with(key.certificate_id, "token", key)
        self._sign_lines(None, lambda _lines, items: token.sign(key._get_reference(), "", items))

    def _sign_lines(self, line_ids, sign):
        """Claim the prepared lines, let `sign(lines, items)` give the raw signatures, check them and finish the files."""
        documents = self.env["oa.signing.ports"]._get_documents()
        # As above.
        request_sudo = self.sudo()
        lines = request_sudo.line_ids._claim(line_ids)
        ready = [(line, *line._unseal(time.time())) for line in lines if line._check_unchanged()]
        ready = [(line, data, state) for line, data, state in ready if state]
        try:
            items = [line._get_to_be_signed(state) for line, _data, state in ready]
            signatures = sign([line for line, _data, _state in ready], items) if items else []
        except SigningError as error:
            raise UserError(self.env["oa.signing.messages"]._explain(error)) from error
        prepared = [Finishing(state, raw, data) for (_line, data, state), raw in zip(ready, signatures, strict=True)]
        outcomes = documents.finish_many(prepared) if prepared else []
        for (line, data, state), outcome in zip(ready, outcomes, strict=True):
            line._finish(data, state, outcome)
        request_sudo._close_when_signed()

    def _check_way_open(self, way):
        if not self.env["oa.signing.ports"]._is_way_open(way):
            raise UserError(self.env._("The administrator of signatures has closed this way of signing. Choose another one."))

    def _close_when_signed(self):
        if all(line.state == "signed" for line in self.line_ids):
            self.state = "done"

    def _check_way(self, way):
        # A request prepared for one key is not finished by another.
        if self.sudo().way != way:
            raise UserError(self.env._("The documents were prepared for another way of signing. Open signing again."))

    def _remember_way(self, way):
        # People may not write their own settings record; the way they used last is kept for them.
        if not self.sudo().is_sealing:
            self.env.user.sudo().signing_way = way

    def _get_default_key(self):
        return self.env["oa.signing.key"]._get_usable_keys()[:1]

    def _check_key(self, key):
        if not key:
            raise UserError("\n".join(key._get_own_blockers()) or self.env._("Choose the key to sign with."))
        # Whether the key is the person's own is decided by the key, not by the right to read it.
        key_sudo = key.sudo()
        blockers = key_sudo._get_use_blockers()
        if blockers:
            raise UserError("\n".join(blockers))
        return key_sudo

    def _check_own(self):
        # Whose request it is decides, not the right to read it.
        if any(request.user_id != self.env.user for request in self.sudo()):
            raise AccessError(self.env._("Only the person who asked for this signing can continue it."))

    def _prepare_spec(self, lines, is_seal):
        # The stamp speaks the person's language, whatever the language of the call is.
        env = self.with_context(lang=self.user_id.lang).env
        title = env._("Electronic seal of") if is_seal else env._("Signed electronically by")
        return SignatureSpec(stamp_lines=tuple(lines), title=title)
