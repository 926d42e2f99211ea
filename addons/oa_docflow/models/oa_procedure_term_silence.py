from odoo import api, fields, models

SILENCES = [("none", "Nothing"), ("refusal", "Tacit refusal"), ("consent", "Tacit consent")]


class OaProcedureTerm(models.Model):
    """What the law makes of silence when a term passes without a decision."""

    _inherit = "oa.procedure.term"

    silence = fields.Selection(
        SILENCES,
        "Silence means",
        required=True,
        default="refusal",
        help="Art. 58(1) of the Administrative Procedure Code: no decision within the term is a refusal, unless a law says otherwise.",
    )


class OaDocument(models.Model):
    _inherit = "oa.document"

    silence_note = fields.Char(compute="_compute_silence_note")

    @api.depends("due_on", "state", "procedure_id")
    def _compute_silence_note(self):
        running = self.filtered(lambda document: document.due_on and document.state in ("registered", "assigned", "in_progress"))
        (self - running).silence_note = False
        for document in running:
            meaning = set(document.procedure_id.term_ids.mapped("silence")) if document.direction == "incoming" else set()
            is_refusal = "refusal" in meaning
            day = f"{document.due_on:%d.%m.%Y}"
            document.silence_note = is_refusal and self.env._(
                "Without a decision until %(day)s the silence is a refusal (Art. 58(1) of the APC).", day=day
            )
