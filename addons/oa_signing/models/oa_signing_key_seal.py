from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import format_datetime

from ..core.errors import SigningError


class OaSigningKey(models.Model):
    """The seal of an administration: opened once with its PIN, then it seals without one until it is closed."""

    _inherit = "oa.signing.key"

    @api.depends("is_seal", "opened_at")
    def _compute_opening(self):
        seals = self.filtered("is_seal")
        (self - seals).update({"is_open": False, "opening": False, "closed_notice": False})
        for key in seals:
            opening = key._look_at_opening()
            notice = key._explain_closed() if opening == "lost" else False
            key.update({"is_open": opening == "open", "opening": opening, "closed_notice": notice})

    def _look_at_opening(self):
        """What the token service says; an opened seal that it does not know any more was lost when it started anew."""
        try:
            is_open = self.env["oa.signing.ports"]._get_token().is_open(self.token_label)
        except SigningError:
            # A page is shown also while the service is down; the check says what is wrong.
            return "unknown"
        if is_open:
            return "open"
        return "lost" if self.opened_at else "closed"

    def _explain_closed(self):
        """Why nothing is sealed now and who ends that."""
        # Who may open a seal is told to everybody who waits for it.
        key_sudo = self.sudo()
        names = ", ".join(key_sudo._list_openers().mapped("name"))
        if not key_sudo.opened_at:
            return self.env._(
                "The seal „%(seal)s“ is not opened for sealing. It is opened with its PIN by: %(names)s.", seal=self.name, names=names
            )
        return self.env._(
            "The seal „%(seal)s“ was opened by %(person)s on %(moment)s and is closed since the token service started anew. "
            "Nothing is lost: what is to be sealed waits. It is opened again with its PIN by: %(names)s.",
            seal=self.name,
            person=key_sudo.opened_by_id.name,
            moment=format_datetime(self.env, key_sudo.opened_at, dt_format="dd.MM.yyyy, HH:mm"),
            names=names,
        )

    def _list_openers(self):
        """Administrators of signatures of the seal's administration who are people."""
        administrators = self.env.ref("oa_signing.oa_signing_group_administrator").all_user_ids
        root = self.env.ref("base.user_root")
        return administrators.filtered(lambda user: user.active and user != root and self.company_id in user.company_ids)

    @api.model
    def _get_seal(self, company):
        """The seal in use of an administration that the current person, or the program, may use."""
        # Which seals there are, is no secret; whether this person may use one is asked of the key.
        seals = self.sudo().search([("is_seal", "=", True), ("state", "=", "active"), ("company_id", "=", company.id)])
        usable = seals.filtered(lambda key: not key._get_use_blockers())
        if not usable:
            raise UserError(
                self.env._(
                    "%(administration)s has no seal that you may use. "
                    "The administrator of signatures names who seals on the page of the key.",
                    administration=company.name,
                )
            )
        return usable[:1]

    def action_open_seal(self):
        """The dialog that asks for the PIN of the seal; it is stored nowhere, so it is no form."""
        self.ensure_one()
        self._check_may_open()
        return {
            "type": "ir.actions.client",
            "tag": "oa_signing.open_seal",
            "name": self.env._("Open the seal"),
            "target": "new",
            "params": {"key_id": self.id, "name": self.name, "token_label": self.token_label},
        }

    def open_with_pin(self, pin):
        """Let the token service seal without a PIN; it keeps the PIN in its memory until it ends or the seal is closed."""
        self.ensure_one()
        self._check_may_open()
        if not pin:
            raise UserError(self.env._("Enter the PIN of the key."))
        self._ask_token(lambda token: token.open(self.token_label, str(pin)))
        # Who opened it is remembered, the PIN is not; nobody writes that down for somebody else.
        self.sudo().write({"opened_by_id": self.env.uid, "opened_at": fields.Datetime.now()})
        self.sudo().certificate_id.activity_unlink(["oa_signing.oa_signing_activity_open_seal"])
        self.env["oa.signing.sealing"]._wake(self)

    def action_close_seal(self):
        self._check_may_open()
        for key in self:
            key._ask_token(lambda token, label=key.token_label: token.close(label))
            key.sudo().write({"opened_by_id": False, "opened_at": False})  # as when it was opened

    @api.model
    def _warn_of_lost(self):
        """Ask those who may open a seal to do so when the token service forgot it; once for each seal."""
        kind = self.env.ref("oa_signing.oa_signing_activity_open_seal")
        for key in self.search([("is_seal", "=", True), ("state", "=", "active"), ("opened_at", "!=", False)]):
            if key.opening != "lost" or kind in key.certificate_id.activity_ids.activity_type_id:
                continue
            for person in key._list_openers():
                own = key.with_context(lang=person.lang, tz=person.tz)
                summary = own.env._("Open the seal „%(seal)s“ again", seal=own.name)
                key.certificate_id.activity_schedule(
                    "oa_signing.oa_signing_activity_open_seal", summary=summary, note=own._explain_closed(), user_id=person.id
                )

    def _check_may_open(self):
        if not all(key.is_seal for key in self):
            raise UserError(self.env._("Only seals are opened; a person signs with the PIN each time."))
        if not self.env.user.has_group("oa_signing.oa_signing_group_administrator"):
            raise AccessError(self.env._("Only an administrator of signatures opens and closes seals."))

    def _ask_token(self, question):
        try:
            return question(self.env["oa.signing.ports"]._get_token())
        except SigningError as error:
            raise UserError(self.env["oa.signing.messages"]._explain(error)) from error
