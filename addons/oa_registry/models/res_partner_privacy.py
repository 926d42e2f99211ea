"""Personal data of natural persons: one right, the same answer in every way of asking.

What the database answers (reading conditions, order, groups) goes through `_field_to_sql`; what leaves towards people goes through
`_read_format`, the export and the name. Code of the server itself keeps reading the true values: letters have to reach their people.
"""

from itertools import groupby

from odoo import SUPERUSER_ID, api, models
from odoo.addons.mail.tools.discuss import Store
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from .res_partner import MASK

_PERSONAL = frozenset({
    "street", "street2", "zip", "email", "email_normalized", "email_formatted", "phone", "phone_sanitized", "contact_address",
    "contact_address_inline", "contact_address_complete", "partner_latitude", "partner_longitude", "vat", "ref", "barcode", "comment",
})  # fmt: skip
_COPIES = frozenset({"incoming_email_cc", "incoming_email_to"})
_ADDRESSES = _COPIES | {"email_from", "reply_to"}
_SHOWN_IN_NAME = {"show_address": False, "show_email": False, "show_vat": False}


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def _may_see_personal_data(self):
        # The uid decides, also under sudo: names are made with the superuser's rights for a person.
        user = self.env.user
        return user.id == SUPERUSER_ID or user.has_group("oa_registry.oa_registry_group_personal_data")

    def _get_masked(self):
        """Those of whom the reader sees the name only."""
        if self._may_see_personal_data():
            return self.browse()
        # Whether a record is of a natural person is no secret.
        return self.sudo().filtered("oa_is_personal").with_env(self.env)

    def _mask(self, name):
        """The value of the field as the reader may see it."""
        self.ensure_one()
        # The mask is the check.
        value = self.sudo()[name]
        return MASK if value and self._get_masked() else value

    # ------------------------------------------------------------ what the database answers
    def _field_to_sql(self, alias, field_expr, query=None):
        sql = super()._field_to_sql(alias, field_expr, query)
        if field_expr not in _PERSONAL or self.env.su or self._may_see_personal_data():
            return sql
        return SQL(
            "CASE WHEN %s THEN NULL ELSE %s END", SQL.identifier(alias, "oa_is_personal", to_flush=self._fields["oa_is_personal"]), sql
        )

    def _fetch_query(self, query, fields):
        # The cache is shared with code that writes letters: it holds the true values, people get them masked below.
        return super(ResPartner, self.sudo())._fetch_query(query, fields).with_env(self.env)

    def _search_phone_mobile_search(self, operator, value):
        domain = Domain(super()._search_phone_mobile_search(operator, value))
        return domain if self.env.su or self._may_see_personal_data() else domain & Domain("oa_is_personal", "=", False)

    # ------------------------------------------------------------ what people get
    def _read_format(self, fnames, load="_classic_read"):
        rows = super()._read_format(fnames, load)
        if self.env.su or not _PERSONAL & set(fnames):
            return rows
        masked_ids = set(self._get_masked().ids)
        for row in rows:
            if row["id"] in masked_ids:
                row.update({name: _hide(row[name]) for name in _PERSONAL & set(row)})
        return rows

    def _export_rows(self, fields, **kwargs):
        if self.env.su or not any(path and path[0] in _PERSONAL for path in fields):
            return super()._export_rows(fields, **kwargs)
        masked = self._get_masked()
        hidden = [["oa_personal_number_masked"] if path and path[0] in _PERSONAL else path for path in fields]
        positions = [index for index, path in enumerate(fields) if path and path[0] in _PERSONAL]
        lines = []
        for is_masked, partners in groupby(self, key=lambda partner: partner in masked):  # pylint: disable=bad-builtin-groupby
            part = self.union(*partners)
            found = super(ResPartner, part)._export_rows(hidden if is_masked else fields, **kwargs)
            if is_masked:
                for line in found:
                    for index in positions:
                        line[index] = MASK
            lines += found
        return lines

    @api.depends_context("uid")
    def _compute_display_name(self):
        masked = self._get_masked()
        super(ResPartner, self - masked)._compute_display_name()
        if masked:
            named = masked.with_env(self.env).with_context(**_SHOWN_IN_NAME)
            super(ResPartner, named)._compute_display_name()
            for partner, name in zip(self & masked, named, strict=True):
                partner.display_name = name.display_name

    def copy_data(self, default=None):
        masked = self._get_masked()
        data = super().copy_data(default)
        return [
            {name: value for name, value in vals.items() if name not in _PERSONAL or name in (default or {})} if partner in masked else vals
            for partner, vals in zip(self, data, strict=True)
        ]

    def onchange(self, values, field_names, fields_spec):
        """A new contact would take over the address of the person that is chosen for it."""
        result = super().onchange(values, field_names, fields_spec)
        if not self._may_see_personal_data():
            result["value"] = {name: value for name, value in result.get("value", {}).items() if name not in _PERSONAL or not value}
        return result

    def _build_vcard(self):
        if self._get_masked():
            raise AccessError(self.env._("The business card of a natural person holds personal data; you have no right to see them."))
        return super()._build_vcard()

    def write(self, vals):
        if not self.env.su and {*_PERSONAL, "oa_personal_number"} & set(vals) and self._get_masked():
            raise AccessError(self.env._("Personal data of natural persons is changed by those who may see it."))
        return super().write(vals)


def _hide(value):
    if isinstance(value, str):
        return MASK if value else value
    return False if not isinstance(value, float) else 0.0


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _message_get_suggested_recipients_batch(self, *args, **kwargs):
        """Whom the composer suggests is shown with the address."""
        suggested = super()._message_get_suggested_recipients_batch(*args, **kwargs)
        partner_model = self.env["res.partner"]
        for recipient in (item for items in suggested.values() for item in items):
            if recipient.get("partner_id") and partner_model.browse(recipient["partner_id"])._get_masked():
                recipient["email"] = MASK
        return suggested


class MailMessage(models.Model):
    """The address of whoever wrote by e-mail: a natural person, or somebody who is not known yet."""

    _inherit = "mail.message"

    def _get_masked_senders(self):
        """Messages whose addresses the reader may not see."""
        if self.env["res.partner"]._may_see_personal_data():
            return self.browse()
        # Who wrote is asked for the mask only.
        return self.sudo().filtered(lambda message: message._is_from_person()).with_env(self.env)

    def _is_from_person(self):
        return self.message_type == "email" and (not self.author_id or self.author_id.oa_is_personal)

    def _field_to_sql(self, alias, field_expr, query=None):
        sql = super()._field_to_sql(alias, field_expr, query)
        if field_expr not in _ADDRESSES or self.env.su or self.env["res.partner"]._may_see_personal_data():
            return sql
        return SQL("CASE WHEN %s = 'email' THEN NULL ELSE %s END", SQL.identifier(alias, "message_type"), sql)

    def _fetch_query(self, query, fields):
        # As with contacts: the cache holds the true values.
        return super(MailMessage, self.sudo())._fetch_query(query, fields).with_env(self.env)

    def _read_format(self, fnames, load="_classic_read"):
        rows = super()._read_format(fnames, load)
        if self.env.su or not _ADDRESSES & set(fnames):
            return rows
        masked_ids = set(self._get_masked_senders().ids)
        return [row | {name: _hide(row[name]) for name in _ADDRESSES & set(row)} if row["id"] in masked_ids else row for row in rows]

    def _to_store(self, store, fields, **kwargs):
        super()._to_store(store, fields, **kwargs)
        # What is pushed reaches people other than the one who causes it: they see the address when they read the message.
        is_pushed = store.target.channel is not None
        masked = self.sudo().filtered(lambda message: message._is_from_person()) if is_pushed else self._get_masked_senders()
        store.add_records_fields(masked, [Store.Attr("email_from", MASK), *(Store.Attr(name, value=False) for name in _COPIES)])


class MailTrackingValue(models.Model):
    _inherit = "mail.tracking.value"

    def _filter_has_field_access(self, env):
        """Old and new values in the chatter of a person are personal data as well."""
        allowed = super()._filter_has_field_access(env)
        partner_model = env["res.partner"]
        personal = allowed.filtered(lambda value: value.field_id.model == "res.partner" and value.field_id.name in _PERSONAL)
        if not personal or partner_model._may_see_personal_data():
            return allowed
        # Which contact a message belongs to is asked for the mask only.
        of_person = personal.filtered(lambda value: bool(partner_model.browse(value.mail_message_id.sudo().res_id).exists()._get_masked()))
        return allowed - of_person
