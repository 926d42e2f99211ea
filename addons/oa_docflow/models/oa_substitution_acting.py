from odoo import api, fields, models, tools

from ..core.substitution import FOR_EVER, Mandate, find_mandate


class OaSubstitution(models.Model):
    """Who acts for whom: asked at every act, also at the moment of signing."""

    _inherit = "oa.substitution"

    def _to_mandate(self):
        # Which units are below which is known to everybody.
        units = self.env["hr.department"].sudo().search([("id", "child_of", self.unit_ids.ids)]) if self.unit_ids else self.unit_ids
        return Mandate(
            self.id or 0, self.holder_id.id, self.substitute_id.id, self.date_from, self.date_to or FOR_EVER,
            frozenset(self.kind_ids.ids), frozenset(units.ids),
        )  # fmt: skip

    @api.model
    @tools.ormcache("holder_id", "company_id")
    def _list_mandates(self, holder_id, company_id):
        """All mandates by which somebody acts for the person, now or later."""
        # As above: an absence is no secret.
        found = self.sudo().search([("state", "=", "active"), ("holder_id", "=", holder_id), ("company_id", "=", company_id)])
        return tuple(mandate._to_mandate() for mandate in found)

    @api.model
    def _find_for(self, holder, document):
        """The mandate by which somebody acts for the person on this document today; an empty recordset when nobody does."""
        document_sudo = document.sudo()  # kind and unit only
        mandates = self._list_mandates(holder.id, document_sudo.company_id.id) if holder else ()
        found = mandates and find_mandate(mandates, self._get_today(), document_sudo.kind_id.id, document_sudo.unit_id.id)
        return self.browse(found.id if found else [])

    @api.model
    def _may_act(self, holder, document):
        """Say whether the current person is the holder of the turn, or acts for the holder on this document today."""
        return holder == self.env.user or bool(self._find_own(holder, document))

    @api.model
    def _find_own(self, holder, document):
        """The mandate under which the current person acts in the holder's place; an empty recordset for the holder."""
        if not holder or holder == self.env.user:
            return self.browse()
        # Who acts for whom is known to all colleagues.
        return self._find_for(holder, document).filtered(lambda mandate: mandate.sudo().substitute_id == self.env.user)

    @api.model
    def _describe_absences(self, people, document):
        """Who of the people is absent today and who acts for them, in sentences for whoever gives them work."""
        # As above.
        found = [(person, self._find_for(person, document).sudo()) for person in people] if document else []
        return [
            self.env._(
                "%(person)s is absent (%(days)s). It goes to %(substitute)s.",
                person=person.name, days=mandate_sudo._get_days(), substitute=mandate_sudo.substitute_id.name,
            )
            for person, mandate_sudo in found
            if mandate_sudo
        ]  # fmt: skip

    def _get_capacity(self):
        """In what capacity the substitute acts, as it stands in acts and signatures."""
        self.ensure_one()
        mandate_sudo = self.sudo()  # names and positions of colleagues are no secret
        position = mandate_sudo.holder_id._read_capacity(self.company_id.id, fields.Date.today())
        return self.env._(
            "for %(position)s %(holder)s, order No. %(order)s",
            position=position, holder=mandate_sudo.holder_id.name, order=mandate_sudo.order_number,
        )  # fmt: skip
