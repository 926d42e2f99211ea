from datetime import timedelta

from odoo import api, models


class OaSample(models.AbstractModel):
    """What is new in the sample waits for somebody, as on any working day."""

    _inherit = "oa.sample"

    @api.model
    def _decorate(self, paper, rng):
        super()._decorate(paper, rng)
        if paper.is_open and paper.kind.direction == "incoming":
            paper.hand_to(paper.office.head, "resolve", paper.at.date() + timedelta(1), self.env._("Resolution"))
