"""The bridge to oa_signing: the only file here that speaks its mixin."""

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

from ..core import routing, step_record
from ..core.routing import SIGNING_ACTS
from ..core.step_record import Flaw, Problem
from .locks import moving
from .signed_acts import person_signs

_SIGNED_HERE = ("signed", "signing_copy", "stamped", "receipt")
_PORTION = 50
"""So many acts are sealed in one transaction."""


class OaDocument(models.Model):
    """A document is signed when its route says so, by the person whose turn it is, after it has got its number."""

    _name = "oa.document"
    _inherit = ["oa.document", "oa.signable.mixin"]

    can_refuse = fields.Boolean(compute="_compute_can_refuse")

    @api.depends("state", "waiting_for_id", "number")
    @api.depends_context("uid")
    def _compute_can_sign(self):
        return super()._compute_can_sign()

    @api.depends("state", "waiting_for_id")
    @api.depends_context("uid")
    def _compute_can_refuse(self):
        for document in self:
            document.can_refuse = not document._get_refuse_blockers()

    def _get_refuse_blockers(self):
        """Say why the person cannot refuse the signature or the seal now; an empty list means it can be refused."""
        return self._get_signer_blockers(SIGNING_ACTS)

    def action_refuse(self):
        return self._open_wizard("refuse", self.env._("Refuse to sign"), "oa.document.return", is_refusal=True)

    @api.private
    @person_signs
    def _refuse(self, reason):
        """What becomes of the document and its number is a setting of the administration."""
        self._check_blockers("refuse")
        if not (reason or "").strip():
            raise UserError(self.env._("Write why you refuse to sign."))
        for document in self:
            step = document._get_waiting_step()
            step._record("returned", reason)
            document.route_id._close("refused")
            outcome = document.company_id.docflow_refusal
            if outcome == "return":
                document._send_back()
            else:
                document._move_to("refuse")
            document._log_act("refuse", reason, step._get_holder_of, steps=step)
            if outcome == "annul":
                # The number is struck through by the flow, with the words of the signer.
                moving(document.sudo())._annul(reason)

    def action_sign(self):
        """Signed without remarks, unless a dissenting opinion was written just before."""
        steps = self.env["oa.route.step"].union(*(document._get_waiting_step() for document in self))
        if noted := steps.filtered("opinion"):
            # The person signs; nobody may write steps directly.
            moving(noted.sudo()).write({"opinion": False, "comment": False})
        return super().action_sign()

    @api.private
    def _sign_with_dissent(self, comment):
        """Keep the dissenting opinion with the step and open the signing dialog; it counts with the signature."""
        self.ensure_one()
        self._check_blockers("sign")
        if not (comment or "").strip():
            raise UserError(self.env._("Write why: everybody who comes after you reads it."))
        action = self.action_sign()
        # As above.
        moving(self._get_waiting_step().sudo()).write({"opinion": "dissent", "comment": comment})
        return action

    def _get_sign_blockers(self):
        """Say why the person cannot sign now; an empty list means signing is possible."""
        return self._get_signer_blockers()

    def _get_signer_blockers(self, acts="sign"):
        """Say why it is not the signature of this person that is missing now, in whatever way it is given."""
        self.ensure_one()
        if self.state != "for_signature":
            return [self._sentence_of_turn()]
        if not self.number:
            return [self.env._("“%(document)s” has no number yet; try again in a moment.", document=self.display_name)]
        return self._get_waiting_step()._get_act_blockers(acts)

    def _get_signing_payload(self):
        """The signing copy; whoever signs after others signs their file, so that all signatures stay in it."""
        copy = self._get_signed_file() or self._ensure_signing_copy()
        return copy.name, copy.attachment_id.raw

    def _get_signer_count(self):
        """With the first signature the fields of all are made; a single one needs none."""
        count = routing.count_signers(self.route_id.step_ids._to_core())
        return count if count > 1 else 0

    def _find_sealer(self):
        """The document as the one sees it who may use the seal: the step gives the right, the seal needs not name everybody."""
        try:
            self.env["oa.signing.key"]._get_seal(self.company_id)
        except UserError:
            # Borrowed is the right of the program to use a seal that seals by itself.
            return self.with_user(SUPERUSER_ID)
        return self

    def _get_signed_file(self):
        """The file as it was signed or sealed in this round, if it was."""
        signed = self.route_id.step_ids.filtered(lambda step: step.act in SIGNING_ACTS and step.state == "done")
        return signed and self._get_current_files("signed")[:1]

    def _get_signing_text(self):
        day = self._format_registered_on()
        # The official number already holds its date.
        return [f"Рег. № {self.number}" if day in self.number else f"Рег. № {self.number} / {day} г."]

    def _get_signing_format(self):
        # The signing copy is a PDF with the number on it; the signature belongs into it.
        return "pades"

    def _can_choose_format(self):
        return False

    def _get_claimed_roles(self):
        """Whoever signs in the place of another says so in the signature itself."""
        step = self._get_waiting_step()
        mandate = self.env["oa.substitution"]._find_own(step._get_holder_of(self), self)
        return [mandate._get_capacity()] if mandate else super()._get_claimed_roles()

    def _get_signing_capacity(self, signature):
        """The step of the route that this signature took, and in what capacity; the mandate stands in the signature itself."""
        # Who may read the signature may read in which step it was made.
        steps = self.sudo().route_ids.step_ids.filtered(
            lambda step: step.act == "sign" and step.state == "done" and step.acted_by_id == signature.user_id
        )
        # The signature comes first, its step right after it.
        step = steps.filtered(lambda step: step.acted_at >= signature.signed_at).sorted("acted_at")[:1]
        return ", ".join(filter(None, [step.name, step.capacity if step.capacity not in (signature.claimed_roles or "") else ""]))

    def _is_publicly_checked(self):
        """What the administration itself signed and does not keep from anybody."""
        # A visitor has no rights; the signer may not read every field that decides.
        document_sudo = self.sudo()
        return bool(document_sudo.number) and document_sudo.direction != "incoming" and document_sudo.access_level == "free"

    def _get_public_facts(self):
        document_sudo = self.sudo()  # as above
        facts = [
            (self.env._("Number"), document_sudo.number),
            (self.env._("Date"), document_sudo._format_registered_on()),
            (self.env._("Issuer"), document_sudo.company_id.name),
        ]
        if document_sudo.state == "annulled":
            facts.append((self.env._("State"), self.env._("Annulled")))
        return facts

    def _store_signed_payload(self, name, data, signature):
        """Keep the signed file; a fresh signature takes its step, what is added to it later only strengthens it."""
        self.ensure_one()
        # The signer may not write files of a registered document; the outcome of the signature is written for the signer.
        self.sudo()._add_file(self._get_copy_name(), data, "signed")
        is_fresh = not signature.sudo().augmentation_ids  # what was added to it is no secret
        if is_fresh and self._get_waiting_step().act != "seal":
            self._finish_signing(signature)

    def _list_checkable_files(self):
        # Whoever checks reads the document, and so its files.
        files_sudo = self.sudo().file_ids.filtered(lambda file: file.state == "current")
        return [(file.name, file.attachment_id) for file in files_sudo]

    def _may_hold_files(self, data):
        return self._is_mail(data)

    def _list_inner_files(self, data):
        return self._open_mail(data) if self._is_mail(data) else []

    def _store_file(self, facts, data, role):
        """What comes in is checked in the background; what was signed here is checked by the signing itself."""
        file = super()._store_file(facts, data, role)
        if role not in _SIGNED_HERE:
            self._check_in_background([(file.name, file.attachment_id)])
        return file

    @api.private
    def _finish_signing(self, signature):
        step = self._get_waiting_step()
        # A mandate may have ended since the dialog was opened.
        step._raise_blockers(step._get_act_blockers("sign"))
        self.company_id._check_level(step.sudo().signature_level, signature.sudo().certificate_id)  # both are known to whoever signs
        certificate = signature.certificate_id
        self._conclude_signing(f"{certificate.name}, № {certificate.serial}")

    @api.private
    def _conclude_signing(self, by_what):
        """Signed or sealed: the step is taken; the document goes on when nobody's signature or seal is missing any more."""
        step = self._get_waiting_step()
        # The opinion was written down before the dialog opened.
        opinion, comment = step.sudo().opinion or ("clean" if step.act == "sign" else ""), step.sudo().comment or ""
        step._record("done", comment, opinion=opinion)
        words = "; ".join(filter(None, (comment, by_what)))
        self._log_act(step.act, words, step._get_holder_of, steps=step, opinion=opinion)
        self.route_id._advance()
        if not routing.is_signed(self.route_id.step_ids._to_core()):
            self._refresh_turns()
            return
        self._move_to("sign")
        if self._is_for_resolution():
            # The signer need not be able to look up who comes next.
            resolver = self.env["res.users"].browse(self.sudo()._get_turn().user_id)
            self._grant_with_case(resolver, self.env._("Resolution"))


class OaSignatureCheck(models.Model):
    """Every check of the signatures of a document is in its journal."""

    _inherit = "oa.signature.check"

    @api.model_create_multi
    def create(self, vals_list):
        checks = super().create(vals_list)
        outcomes = dict(self._fields["outcome"]._description_selection(self.env.company._in_official_language().env))
        for check in checks.filtered(lambda check: check.res_model == "oa.document" and check.res_id):
            document = self.env["oa.document"].browse(check.res_id)
            document._log_act("check_signature", f"{check.file_name}: {outcomes[check.outcome]}")
        return checks


class OaSigningKey(models.Model):
    """Which keys sign for whom is a setting."""

    _name = "oa.signing.key"
    _inherit = ["oa.signing.key", "oa.journal.mixin"]


class OaStepRecord(models.Model):
    """The record of an act is signed by the person, when the step asks for it, or sealed by the administration in the background."""

    _name = "oa.step.record"
    _inherit = ["oa.step.record", "oa.signable.mixin"]

    def _get_signing_payload(self):
        record_sudo = self.sudo()  # the XML is that of the person's own act, or the seal's
        position = step_record.read(record_sudo.xml).get("chain/position", "")
        return f"act-{record_sudo.document_id.id}-{position}.xml", record_sudo.xml.encode()

    def _get_signing_format(self):
        return "xades"

    def _can_choose_format(self):
        return False

    def _get_claimed_roles(self):
        record_sudo = self.sudo()  # as above
        return [record_sudo.capacity] if record_sudo.capacity else []

    def _get_seal_blockers(self):
        # What the seal waits for is no secret.
        return [] if self.sudo().state == "unsealed" else [self.env._("This act has its signature already.")]

    def _get_sign_blockers(self):
        """Say why the person cannot sign this act now; an empty list means the act counts as soon as it is signed."""
        self.ensure_one()
        record_sudo = self.sudo().exists()  # the person's own act
        if record_sudo.state != "prepared" or record_sudo.user_id != self.env.user:
            return [self.env._("This act has its signature already, was prepared anew, or is the act of somebody else.")]
        if not record_sudo._is_next():
            return [
                self.env._("Somebody has acted on “%(document)s” meanwhile; open it again.", document=record_sudo.document_id.display_name)
            ]
        return []

    def _store_signed_payload(self, name, data, signature):
        """With the first signature the act counts; later ones only strengthen it. The signed file lies with the signature."""
        self.ensure_one()
        record_sudo = self.sudo()  # nobody may write acts; the outcome of the signature is written
        if record_sudo.state == "unsealed":
            moving(record_sudo).write({"state": "signed"})
        elif record_sudo.state == "prepared":
            # Which certificate signed is public.
            record_sudo.company_id._check_level(record_sudo.level, signature.sudo().certificate_id)
            self._carry_out()

    # ------------------------------------------------------------ the seal of the administration
    @api.model
    def _cron_seal(self):
        """Seal the acts of each administration; what cannot be sealed now waits and says why."""
        self.env.cr.execute("SELECT company_id, count(*) FROM oa_step_record WHERE state = 'unsealed' GROUP BY company_id")
        waiting = dict(self.env.cr.fetchall())
        self.env["ir.cron"]._commit_progress(remaining=sum(waiting.values()))
        for company in self.env["res.company"].browse(waiting):
            company.docflow_seal_message = self._seal_company(company)

    def _seal_company(self, company):
        """Seal portion by portion; an empty text, or why the acts still wait."""
        domain, last_id = [("state", "=", "unsealed"), ("company_id", "=", company.id)], 0
        try:
            key = self.env["oa.signing.key"]._get_seal(company)
        except UserError as error:
            return error.args[0]
        messages = []
        while records := self.search([*domain, ("id", ">", last_id)], order="id", limit=_PORTION):
            if key.opening != "open":
                return key._explain_closed()
            last_id = records[-1].id
            messages += records._seal_portion(key)
            if not self.env["ir.cron"]._commit_progress(len(records)):
                break
        return "\n".join(dict.fromkeys(messages)) or False

    def _seal_portion(self, key):
        """One request for all; what is wrong with one record leaves the others sealed."""
        request = self.env["oa.signature.request"]._make_for(self, is_sealing=True)
        try:
            with self.env.cr.savepoint():
                request._seal_with(key)
        except UserError as error:
            return [error.args[0]]
        return [line.message for line in request.line_ids if line.state != "signed" and line.message]

    @api.model
    def _find_flawed_signature(self):
        self.env.cr.execute("""
            SELECT record.id, record.document_id, record.position FROM oa_step_record record
             WHERE record.position > 0 AND record.state = 'signed' AND NOT EXISTS (
                   SELECT 1 FROM oa_signature signature WHERE signature.res_model = 'oa.step.record' AND signature.res_id = record.id
                      AND signature.payload_digest = record.digest)
             ORDER BY record.document_id, record.position LIMIT 1
        """)
        if found := self.env.cr.fetchone():
            return Problem(Flaw.ALTERED, *found)
        self.env.cr.execute("""
            SELECT 0, split_part(signature.file_name, '-', 2)::int, 0 FROM oa_signature signature
             WHERE signature.res_model = 'oa.step.record'
               AND NOT EXISTS (SELECT 1 FROM oa_step_record record WHERE record.id = signature.res_id AND record.position > 0)
             ORDER BY signature.id LIMIT 1
        """)
        found = self.env.cr.fetchone()
        return Problem(Flaw.MISSING, *found) if found else None


class OaSigningSealing(models.Model):
    """When the seal is opened again, the acts that wait for it are sealed, too."""

    _inherit = "oa.signing.sealing"

    @api.model
    def _wake(self, key):
        super()._wake(key)
        # The job belongs to the system; whoever opens the seal wakes it.
        self.env.ref("oa_docflow.ir_cron_seal_acts").sudo()._trigger()


class OaProcedure(models.Model):
    """A procedure travels to other administrations under the seal of the one that wrote it."""

    _name = "oa.procedure"
    _inherit = ["oa.procedure", "oa.signable.mixin"]

    def _get_signing_payload(self):
        return f"{self._get_file_stem()}.xml", self._write_file()

    def _get_signing_format(self):
        return "xades"

    def _can_choose_format(self):
        return False

    def _get_sign_blockers(self):
        return [self.env._("A procedure is sealed when it is exported, it is not signed.")]

    def _get_seal_blockers(self):
        return [] if self.state == "published" else [self.env._("Only a published version travels.")]

    def _store_signed_payload(self, name, data, signature):
        # Whoever exports may not write published versions; the sealed file is kept for it.
        self.sudo()._keep_file(data)

    @api.model
    def _judge_file(self, name, data):
        """The kept check of the seal on a file that came from elsewhere."""
        return self.env["oa.signature.check"]._validate(name, data)
