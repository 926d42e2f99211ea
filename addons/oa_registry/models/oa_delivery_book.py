from odoo import api, fields, models
from odoo.exceptions import UserError

from ..adapters.pdf_renderer import render_pdf

BY_HAND = ("desk", "post", "courier")


class OaDeliveryBook(models.Model):
    """A list that goes with what is carried: each line is signed by whoever gets it (разносен опис, куриерски опис)."""

    _name = "oa.delivery.book"
    _description = "Delivery book"
    _inherit = "oa.system.fields"
    _order = "id desc"
    _system_fields = frozenset({"name", "company_id", "state", "handed_at", "handed_by_id"})

    name = fields.Char(readonly=True)
    company_id = fields.Many2one("res.company", "Administration", required=True, readonly=True, index=True)
    channel = fields.Selection(
        [("desk", "Delivery book"), ("courier", "Courier's list"), ("post", "Postal list")], "Kind of list", required=True
    )
    carrier = fields.Char("Carried by", help="The courier or the firm that takes the items.")
    day = fields.Date(required=True, default=fields.Date.context_today)
    state = fields.Selection([("draft", "Draft"), ("handed", "Handed over")], required=True, readonly=True, default="draft")
    handed_at = fields.Datetime("Handed over at", readonly=True)
    handed_by_id = fields.Many2one("res.users", "Handed over by", readonly=True)
    dispatch_ids = fields.One2many("oa.dispatch", "book_id", "Items", readonly=True)
    dispatch_count = fields.Integer("Items count", compute="_compute_dispatch_count")

    @api.depends("dispatch_ids")
    def _compute_dispatch_count(self):
        for book in self:
            book.dispatch_count = len(book.dispatch_ids)

    def action_print(self):
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/oa/delivery-book/{self.id}", "target": "new"}

    def action_hand_over(self):
        """The items have left: each dispatch is sent by the way of the list."""
        self.check_access("write")
        for book in self:
            if book.state != "draft" or not book.dispatch_ids:
                raise UserError(self.env._("Only a list with items that was not handed over yet can be."))
            book.dispatch_ids.filtered(lambda dispatch: dispatch.state in {"draft", "failed"}).action_send()
            book._write_system({"state": "handed", "handed_at": fields.Datetime.now(), "handed_by_id": self.env.uid})

    def _print(self):
        """Return name and bytes of the list."""
        self.check_access("read")
        html = self.env["ir.qweb"]._render("oa_registry.oa_delivery_book", {"book": self})
        self.env["oa.journal.entry"]._log(self.dispatch_ids.document_id, "print", self.name)
        return f"{self.name}.pdf".replace("/", "-"), render_pdf(str(html), self.name)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Delivery books are not deleted."))


class OaDispatch(models.Model):
    """Dispatches that are carried stand in a delivery book."""

    _inherit = "oa.dispatch"

    book_id = fields.Many2one("oa.delivery.book", "Delivery book", readonly=True, index="btree_not_null", ondelete="restrict")

    def _get_book_blockers(self):
        """Say why the dispatch cannot be put on a list; an empty list means it can."""
        self.ensure_one()
        if self.channel not in BY_HAND:
            return [self.env._("%(dispatch)s does not go by desk, post or courier.", dispatch=self.display_name)]
        if self.book_id or self.state not in {"draft", "failed"}:
            return [self.env._("%(dispatch)s is already on a list or sent.", dispatch=self.display_name)]
        return []

    def action_make_book(self):
        """One list for each way in which the chosen dispatches go; the last one is opened."""
        self.check_access("write")
        for dispatch in self:
            if blockers := dispatch._get_book_blockers():
                raise UserError("\n".join(blockers))
        books = self.env["oa.delivery.book"]
        for (company, channel), dispatches in self.grouped(lambda dispatch: (dispatch.company_id, dispatch.channel)).items():
            book = books._as_system().create({"company_id": company.id, "channel": channel}).with_env(self.env)
            labels = dict(book._fields["channel"]._description_selection(company._in_official_language().env))
            book._write_system({"name": f"{labels[channel]} {book.id}/{book.day:%d.%m.%Y}"})
            dispatches._write_system({"book_id": book.id})
            books |= book
        action = {"type": "ir.actions.act_window", "res_model": books._name, "name": self.env._("Delivery books")}
        if len(books) == 1:
            return {**action, "res_id": books.id, "views": [(False, "form")]}
        return {**action, "domain": [("id", "in", books.ids)], "views": [(False, "list"), (False, "form")]}
