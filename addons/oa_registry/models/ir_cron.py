from odoo import models


class IrCron(models.Model):
    _inherit = "ir.cron"

    def _callback(self, cron_name, server_action_id):
        """Jobs write their sentences in the language of the administration, as people do; by itself a job has none."""
        speaking = self.with_context(lang=self.env.company._get_official_language())
        return super(IrCron, speaking)._callback(cron_name, server_action_id)
