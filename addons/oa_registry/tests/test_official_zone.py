"""At half past midnight in Sofia it is still yesterday in UTC; the registers, the people and the scheduler agree on the day."""

import importlib.util
from datetime import date

from freezegun import freeze_time
from odoo import SUPERUSER_ID, fields
from odoo.tests import tagged
from odoo.tools import file_path

from .common import RegistryCase


@tagged("post_install", "-at_install")
class TestOfficialZone(RegistryCase):
    def test_today_is_the_day_of_the_registers_for_people_and_for_the_scheduler(self):
        scheduler = self.env["res.users"].browse(SUPERUSER_ID)
        with freeze_time("2026-11-22 22:30:00"):
            for person in (self.clerk, scheduler):
                self.assertEqual(fields.Date.context_today(self.env["oa.document"].with_user(person)), date(2026, 11, 23), person.login)

    def test_whoever_has_another_zone_keeps_it(self):
        self.clerk.tz, self.expert.tz = "Europe/Brussels", False
        self.env.flush_all()
        path = file_path("oa_registry/migrations/19.0.4.0.0/post-official-zone.py")
        spec = importlib.util.spec_from_file_location("post_official_zone", path)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        script.migrate(self.env.cr, "19.0.3.0.0")
        self.env.invalidate_all()
        self.assertEqual((self.clerk.tz, self.expert.tz), ("Europe/Brussels", "Europe/Sofia"))
