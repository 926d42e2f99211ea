from odoo import fields, models

from ..core.principals import DENIED


class OaAccessLine(models.Model):
    """Who has access to restricted documents, for the data protection officer: numbers and people, no content."""

    _name = "oa.access.line"
    _description = "Access to a restricted document"
    _auto = False
    _order = "document_id desc, id"
    _rec_name = "number"

    document_id = fields.Many2one("oa.document", readonly=True)
    number = fields.Char(readonly=True)
    registered_at = fields.Datetime("Registered", readonly=True)
    company_id = fields.Many2one("res.company", "Administration", readonly=True)
    principal = fields.Char(readonly=True)
    sort = fields.Selection(
        [
            ("u", "Person"),
            ("d", "Unit"),
            ("t", "Unit with everything below it"),
            ("o", "Registry office"),
            ("m", "Line of the book only"),
            ("r", "Role"),
        ],
        "By what",
        readonly=True,
    )
    is_denied = fields.Boolean("Denied", readonly=True)
    user_id = fields.Many2one("res.users", "Person", readonly=True)
    who = fields.Char("Whom", compute="_compute_who")
    why = fields.Char(compute="_compute_who")

    @property
    def _table_query(self):
        # Rows of the same document keep their ids while its principals stay the same.
        return """
            SELECT document.id * 1000 + word.place AS id, document.id AS document_id, document.number, document.registered_at,
                   document.company_id, word.principal, ltrim(split_part(word.principal, ':', 1), '!') AS sort,
                   word.principal LIKE '!%%' AS is_denied,
                   CASE WHEN ltrim(word.principal, '!') LIKE 'u:%%' THEN split_part(word.principal, ':', 2)::int END AS user_id
            FROM oa_document document, unnest(document.access_principals) WITH ORDINALITY AS word(principal, place)
            WHERE document.access_level = 'restricted' AND document.register_entry_id IS NOT NULL
        """

    def _compute_who(self):
        # The officer reads by which rule, and nothing else of the document.
        documents_sudo = self.sudo().document_id
        names = self.env["oa.document.grant"]._name_principals({line.principal.removeprefix(DENIED) for line in self})
        rules = {}
        for document in documents_sudo:
            for rule in document._get_access_rules():
                rules.setdefault((document.id, rule.principal), []).append(document._name_rule(rule))
        for line in self:
            line.who = names[line.principal.removeprefix(DENIED)]
            # As above.
            line.why = "; ".join(rules.get((line.sudo().document_id.id, line.principal), []))
