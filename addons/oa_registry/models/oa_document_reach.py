import time

from odoo import api, models, tools
from odoo.tools import SQL

FEW = 5000
"""Up to so many documents it is quicker to look up all that a person sees than to walk the newest ones."""
_HOUR = 3600


class OaDocument(models.Model):
    """How many documents a person sees, as PostgreSQL estimates it."""

    _name = "oa.document"
    _inherit = ["oa.document", "oa.reach.mixin"]

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **options):
        query = super()._search(domain, offset, limit, order, **options)
        if limit and not order and not query.is_empty():
            # A count up to a limit: the newest ones are counted first, or PostgreSQL collects all of a big unit to count some.
            query.order = self._order_to_sql(self._order, query)
        return query

    @api.model
    def _narrow(self, alias, principals):
        return SQL("%s = ANY(ARRAY(%s))", SQL.identifier(alias, "id"), self._list_reached("id", principals))

    @api.model
    def _is_few(self, principals):
        """Say whether the names stand in few documents; while there are few at all, no plan is slow and the answer is no."""
        total, shares = self._get_principal_shares(int(time.time() // _HOUR))
        # A name that is not among the common ones stands in some hundred of a million.
        return total > FEW and total * sum(shares.get(principal, 0) for principal in principals) <= FEW

    @api.model
    @tools.ormcache("hour")
    def _get_principal_shares(self, hour):
        """Number of documents and the share of each common name, from the statistics that PostgreSQL keeps itself; read anew every hour."""
        self.env.cr.execute(
            """SELECT c.reltuples, s.most_common_elems::text::text[], s.most_common_elem_freqs
               FROM pg_class c JOIN pg_stats s ON s.schemaname = c.relnamespace::regnamespace::text AND s.tablename = c.relname
               WHERE c.oid = 'oa_document'::regclass AND s.attname = 'access_principals'"""
        )
        total, names, shares = self.env.cr.fetchone() or (0, [], [])
        return max(total, 0), dict(zip(names or [], shares or [], strict=False))


class OaDispatch(models.Model):
    """Follows its document."""

    _name = "oa.dispatch"
    _inherit = ["oa.dispatch", "oa.reach.mixin"]


class OaDocumentFile(models.Model):
    """Follows its document."""

    _name = "oa.document.file"
    _inherit = ["oa.document.file", "oa.reach.mixin"]


class OaRegisterEntry(models.Model):
    """Follows its document; the registry office sees the lines of restricted ones, everybody those without a document."""

    _name = "oa.register.entry"
    _inherit = ["oa.register.entry", "oa.reach.mixin"]

    @api.model
    def _get_reach_principals(self):
        return self.env.user._get_book_principals()

    @api.model
    def _narrow(self, alias, principals):
        return SQL("(%s IS NULL OR %s)", SQL.identifier(alias, "document_id"), super()._narrow(alias, principals))


class OaCase(models.Model):
    """Is seen by whoever sees one of its documents."""

    _name = "oa.case"
    _inherit = ["oa.case", "oa.reach.mixin"]

    @api.model
    def _narrow(self, alias, principals):
        seen_through = SQL("coalesce(%s, %s)", SQL.identifier(alias, "merged_into_id"), SQL.identifier(alias, "id"))
        return SQL("%s = ANY(ARRAY(%s))", seen_through, self._list_reached("case_id", principals))
