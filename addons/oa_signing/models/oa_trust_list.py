import base64
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..core import trust_lists
from ..core.errors import TrustListError

LIST_OF_LISTS = "EU"
STATES = [("none", "No version yet"), ("good", "Up to date"), ("soon", "Ends soon"), ("old", "Out of date")]
WARN_BEFORE = timedelta(days=14)


class OaTrustList(models.Model):
    """One trusted list (the EU list of lists, or a national one) and its versions; the newest one counts."""

    _name = "oa.trust.list"
    _description = "Trusted list"
    _order = "territory"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    territory = fields.Char(required=True, size=2, help="Two letters, for example BG; EU is the list of lists.")
    url = fields.Char("Address", help="Empty: new versions are imported from a file.")
    operator_certificates = fields.Text(help="PEM certificates that may sign the list. Empty: those named by the list of lists.")
    version_ids = fields.One2many("oa.trust.list.version", "list_id", "Versions", readonly=True)
    current_id = fields.Many2one("oa.trust.list.version", "Version that counts", compute="_compute_current")
    sequence_number = fields.Integer("Number", compute="_compute_current")
    issued_at = fields.Datetime("Issued", compute="_compute_current")
    next_update_at = fields.Datetime("Next one due", compute="_compute_current")
    state = fields.Selection(STATES, compute="_compute_state")
    state_message = fields.Char("What to do", compute="_compute_state")
    attempted_at = fields.Datetime("Last attempt", readonly=True)
    problem = fields.Char("Last problem", readonly=True)
    warned_state = fields.Selection(STATES, "Last warning", readonly=True)

    _territory_unique = models.Constraint("UNIQUE (territory)", "There is a list of this territory already.")

    @api.constrains("url")
    def _check_url(self):
        for trust_list in self.filtered("url"):
            if not trust_list.url.startswith("https://"):
                raise ValidationError(self.env._("The address of a trusted list begins with https://."))

    @api.constrains("operator_certificates")
    def _check_operator_certificates(self):
        for trust_list in self.filtered("operator_certificates"):
            try:
                trust_lists.read_certificates(trust_list.operator_certificates.encode())
            except TrustListError as error:
                raise ValidationError(self.env["oa.signing.messages"]._explain(error)) from error

    @api.depends("version_ids")
    def _compute_current(self):
        newest = dict(self.env["oa.trust.list.version"]._read_group([("list_id", "in", self.ids)], ["list_id"], ["id:max"]))
        for trust_list in self:
            current = self.env["oa.trust.list.version"].browse(newest.get(trust_list))
            trust_list.current_id = current
            trust_list.sequence_number = current.sequence_number
            trust_list.issued_at, trust_list.next_update_at = current.issued_at, current.next_update_at

    @api.depends("version_ids", "url", "problem")
    @api.depends_context("lang")
    def _compute_state(self):
        now = fields.Datetime.now()
        for trust_list in self:
            until = trust_list.next_update_at
            if not trust_list.current_id:
                trust_list.state = "none"
            elif until and until <= now:
                trust_list.state = "old"
            else:
                trust_list.state = "soon" if until and until - now <= WARN_BEFORE else "good"
            trust_list.state_message = trust_list._explain_state()

    def _explain_state(self):
        how = (
            self.env._("Press “Check” to fetch the next version.")
            if self.url
            else self.env._("Download the next version and press “Import a file”.")
        )
        return {
            "none": how,
            "good": "",
            "soon": self.env._("A new version is due soon. %(how)s", how=how),
            "old": self.env._("The list is out of date, so what it says of signatures is not certain. %(how)s", how=how),
        }[self.state]

    # ------------------------------------------------------------ new versions
    def action_check(self):
        """Fetch the list when it has an address; say how it stands."""
        self.ensure_one()
        self._check_administrator()
        if not self.url:
            return self._say(self.state_message or self.env._("The list is up to date."), self.state == "good")
        added = self._fetch()
        if self.problem:
            return self._say(self.problem, is_good=False)
        text = (
            self.env._("A new version came: number %(number)s.", number=self.sequence_number)
            if added
            else self.env._("There is no newer one.")
        )
        return self._say(text)

    def action_import(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import a file"),
            "res_model": "oa.trust.list.import",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_list_id": self.id},
        }

    def _say(self, message, is_good=True):
        params = {"type": "success" if is_good else "warning", "message": message, "next": {"type": "ir.actions.act_window_close"}}
        return {"type": "ir.actions.client", "tag": "display_notification", "params": params}

    @api.private
    def _fetch(self):
        """Take the newest version from the address; a problem is kept on the list and said there. True: it is a new one."""
        self.ensure_one()
        try:
            data = self.env["oa.signing.ports"]._get_list_fetcher().fetch(self.url)
            added = bool(self._take(data, "network"))
            problem = False
        except TrustListError as error:
            added, problem = False, self.env["oa.signing.messages"]._explain(error)
        except UserError as error:
            added, problem = False, error.args[0]
        self.write({"attempted_at": fields.Datetime.now(), "problem": problem})
        return added

    @api.private
    def _take(self, data, origin):
        """Keep a version whose signature holds and that is not older than the present one; nothing when it is the same."""
        self.ensure_one()
        self._check_administrator()
        signed = self.env["oa.signing.ports"]._get_documents().read_trust_list(data, self._get_operators())
        facts, digest = signed.facts, self.env["oa.signature"]._compute_digest(data)
        if facts.territory != self.territory or facts.is_list_of_lists != (self.territory == LIST_OF_LISTS):
            raise TrustListError("territory", found=facts.territory)
        if self.current_id.digest == digest:
            return self.env["oa.trust.list.version"]
        if self.current_id and facts.sequence < self.current_id.sequence_number:
            raise TrustListError("older")
        version = self.env["oa.trust.list.version"]._keep(self, data, signed, origin)
        self.write({"problem": False, "warned_state": False})
        return version

    def _get_operators(self):
        """Who may sign: those named here, those named by the list of lists, and for that one those of the Official Journal."""
        if self.operator_certificates:
            return trust_lists.read_certificates(self.operator_certificates.encode())
        if self.territory == LIST_OF_LISTS:
            return trust_lists.read_bundled_operators()
        pointers = self.search([("territory", "=", LIST_OF_LISTS)]).current_id.pointers or []
        return [
            base64.b64decode(item) for pointer in pointers if pointer["territory"] == self.territory for item in pointer["certificates"]
        ]

    def _check_administrator(self):
        if not (self.env.su or self.env.user.has_group("oa_signing.oa_signing_group_administrator")):
            raise AccessError(self.env._("Only an administrator of signatures changes trusted lists."))

    @api.model
    def _get_active_digests(self):
        """Digests of the versions that decide about signatures now."""
        # Whoever checks a signature relies on the lists; reading them is for administrators.
        lists = self.sudo().search([("territory", "!=", LIST_OF_LISTS)])
        return tuple(sorted(lists.current_id.mapped("digest")))

    @api.model
    def _load_version(self, digest):
        # As above.
        return self.sudo().env["oa.trust.list.version"].search([("digest", "=", digest)], limit=1).attachment_id.raw
