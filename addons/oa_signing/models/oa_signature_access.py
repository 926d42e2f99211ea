from odoo import api, fields, models
from odoo.fields import Domain


class OaSignature(models.Model):
    """Whoever may read a record finds its signatures in lists, too."""

    _inherit = "oa.signature"

    is_subject_visible = fields.Boolean(
        "Record is readable", compute="_compute_is_subject_visible", search="_search_is_subject_visible", exportable=False
    )

    @api.depends_context("uid")
    def _compute_is_subject_visible(self):
        readable = self._filter_subject_readable()
        for signature in self:
            signature.is_subject_visible = signature in readable

    def _search_is_subject_visible(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        # Rules are asked with the superuser's rights; here the person's own rights on the signed records decide.
        signable = [self.env[name].with_user(self.env.uid) for name in self._list_signable_models()]
        return Domain.OR(
            Domain("res_model", "=", records._name) & Domain("res_id", "in", records._search([]))
            for records in signable
            if records.has_access("read")
        )

    def _list_signable_models(self):
        names = self.env.registry.descendants(["oa.signable.mixin"], "_inherit")
        return [name for name in names if not self.env[name]._abstract and not self.env[name]._transient]
