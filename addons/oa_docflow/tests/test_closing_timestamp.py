import base64
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.addons.oa_signing.tests.common import SigningCase
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import DocflowCase

LOGGERS = (
    "odoo.addons.oa_registry.models.oa_register_closing_timestamp",
    "odoo.addons.oa_signing.models.oa_signing_ports",
)


@tagged("post_install", "-at_install")
class TestClosingTimestamp(DocflowCase):
    """The daily list gets its proof of time from whatever authority the signatures use."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        SigningCase.use_dummy_ports.__func__(cls)
        cls.env["ir.config_parameter"].set_param("oa_signing.timestamp_url", "http://timestamps.example")
        cls.book = cls.env["oa.register"].search([("company_id", "=", cls.company.id), ("code", "=", "ОДР")])

    def setUp(self):
        super().setUp()
        with freeze_time(fields.Datetime.now() - timedelta(days=1)):
            self.register(self.receive())
        self.closing = next(self.env["oa.register.closing"]._close_days(self.book))

    def run_nightly(self):
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=60.0):
            self.env["oa.register.closing"]._cron_close()

    def test_the_token_is_for_the_list_and_is_verified(self):
        self.assertTrue(self.closing._stamp())
        self.assertEqual(len(self.closing.timestamp_ids), 1)
        self.assertFalse(self.closing.timestamp_note)
        self.assertIsNone(self.book._find_flaw())

        self.closing._stamp()
        self.assertEqual(len(self.closing.timestamp_ids), 1)

    def test_a_dead_service_leaves_the_list_complete_and_a_later_run_heals_it(self):
        self.timestamps.is_down = True
        with mute_logger(*LOGGERS):
            self.run_nightly()
        self.assertFalse(self.closing.timestamp_ids)
        self.assertIn("did not answer", self.closing.timestamp_note)
        self.assertIsNone(self.book._find_flaw())

        self.timestamps.is_down = False
        self.closing.invalidate_recordset()
        self.run_nightly()
        self.assertTrue(self.closing.timestamp_at)

    def test_a_token_of_another_list_is_found(self):
        self.closing._stamp()
        other = self.env["oa.signing.ports"]._make_timestamp(bytes(32))
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL session_replication_role = replica")
        self.env.cr.execute("UPDATE oa_register_closing_timestamp SET token = %s", [base64.b64encode(other)])
        self.env.cr.execute("SET LOCAL session_replication_role = origin")
        self.env.invalidate_all()

        self.assertEqual(self.book._find_flaw().part, "timestamp")
