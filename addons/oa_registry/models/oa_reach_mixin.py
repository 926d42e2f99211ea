from odoo import api, models
from odoo.tools import SQL


class OaReachMixin(models.AbstractModel):
    """Lists of records that follow documents, quick also for who sees few of very many.

    PostgreSQL takes the documents of a person to be spread evenly over time and walks an index from the newest row on until the page is
    full. Who has come yesterday, or whose unit was closed five years ago, would wait for the whole walk. For them the search is told which
    documents to begin with. That only repeats what the rules demand: it makes a search quick and never decides what is seen.
    """

    _name = "oa.reach.mixin"
    _description = "Searched from the documents that a person sees"

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **options):
        query = super()._search(domain, offset, limit, order, **options)
        # A page or its count; a search without a limit reads everything anyway.
        if limit and not self.env.su and not options.get("bypass_access") and not query.is_empty():
            principals = self._get_reach_principals()
            if self.env["oa.document"]._is_few(principals):
                query.add_where(self._narrow(query.table, principals))
        return query

    @api.model
    def _get_reach_principals(self):
        """Hook: the names under which the rules of the model look for documents."""
        return self.env.user._get_access_principals()

    @api.model
    def _narrow(self, alias, principals):
        """Hook: a condition that every visible record meets."""
        return SQL("%s = ANY(ARRAY(%s))", SQL.identifier(alias, "document_id"), self._list_reached("id", principals))

    @api.model
    def _list_reached(self, column, principals):
        documents = self.env["oa.document"]
        wanted, words = (SQL.identifier(documents._table, name, to_flush=documents._fields[name]) for name in (column, "access_principals"))
        return SQL("SELECT %s FROM %s WHERE %s && %s::text[]", wanted, SQL.identifier(documents._table), words, list(principals))
