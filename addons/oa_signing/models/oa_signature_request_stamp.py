import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.stamp_place import CORNERS

DEFAULT_PLACEMENT = "last:bottom_left"
NONE = "none"
_MAX_LOGO = 200_000


class OaSignatureRequest(models.Model):
    """Where the visible stamp goes: this signing's wish, else the person's, else the record's, else the setting."""

    _inherit = "oa.signature.request"

    stamp_placement = fields.Char("Place of the stamp", readonly=True)

    @api.model
    def _list_placements(self):
        """Pairs of code and words; own places are written `page:x,y`."""
        corners = {
            "bottom_left": self.env._("bottom left"),
            "bottom_right": self.env._("bottom right"),
            "top_left": self.env._("top left"),
            "top_right": self.env._("top right"),
        }
        pages = {"last": self.env._("Last page, %(corner)s"), "first": self.env._("First page, %(corner)s")}
        pairs = [(f"{page}:{corner}", words % {"corner": corners[corner]}) for page, words in pages.items() for corner in CORNERS]
        return [(NONE, self.env._("No visible stamp")), *pairs]

    def get_dialog_data(self):
        data = super().get_dialog_data()
        # The person's own request.
        placement = self.sudo()._get_shown_placement()
        places = self._list_placements()
        if placement not in dict(places):
            places.append((placement, self.env._("Own place (%(place)s)", place=placement)))
        # Only a page can carry a stamp: nothing is asked where no PDF is signed as such.
        if all(line["format"] != "pades" for line in data["lines"]):
            places = []
        return {**data, "placements": places, "placement": placement}

    def action_place_stamp(self, placement):
        """Choose the place for this signing; what was prepared is prepared anew."""
        self.ensure_one()
        self._check_own()
        placement = str(placement)
        if placement != NONE:
            self.env["oa.signing.messages"]._check_placement(placement)
        # Lines and states are written by this model only, for the person of the request.
        request_sudo = self.sudo()
        if request_sudo._is_running():
            raise UserError(self.env._("Signing is under way; the place of the stamp cannot change any more."))
        request_sudo.stamp_placement = placement
        if request_sudo.certificate_id and request_sudo.way in ("token", "remote"):
            self._prepare_with(request_sudo.certificate_id, request_sudo.way, request_sudo.key_id)
        return self.get_dialog_data()

    def _get_shown_placement(self):
        return self.stamp_placement or self._find_placement(self.line_ids[:1]._get_record() if self.line_ids else None)

    def _find_placement(self, record):
        # Where stamps usually go is set once for all.
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        wishes = (
            self.stamp_placement,
            self.user_id.signing_stamp,
            record._get_stamp_placement() if record else "",
            parameters_sudo.get_param("oa_signing.stamp_placement"),
        )
        return next(filter(None, wishes), DEFAULT_PLACEMENT)

    def _prepare_stamp(self, record):
        """What the stamp of a record shows besides its lines, as fields of the specification."""
        placement = self._find_placement(record)
        if placement == NONE:
            return {"placement": ""}
        # How stamps look is set once for all.
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        code = record._get_check_code()
        logo = self.company_id.logo_web or b"" if parameters_sudo.get_param("oa_signing.stamp_logo") else b""
        return {
            "placement": placement,
            "stamp_url": f"{self._get_check_base()}/{code}" if code else "",
            "stamp_logo": logo.decode() if len(base64.b64decode(logo)) <= _MAX_LOGO else "",
        }

    @api.model
    def _has_check_page(self):
        # Whether there is a public page is no secret.
        return self.env["ir.config_parameter"].sudo().get_param("oa_signing.check_page", "True") == "True"

    @api.model
    def _get_check_base(self):
        """The address that the code is put behind: as it was set, else this very server."""
        # Addresses of this server are no secret.
        url = self.env["ir.config_parameter"].sudo().get_param("oa_signing.check_url") or f"{self.get_base_url().rstrip('/')}/check"
        return url.rstrip("/")
