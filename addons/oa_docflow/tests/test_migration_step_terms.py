import importlib.util
from pathlib import Path

from odoo.tests import TransactionCase, tagged

SCRIPT = Path(__file__).resolve().parents[1] / "migrations" / "19.0.4.0.0" / "pre-step-terms.py"


@tagged("post_install", "-at_install")
class TestMigrationStepTerms(TransactionCase):
    def test_days_of_steps_become_amounts(self):
        spec = importlib.util.spec_from_file_location("step_terms", SCRIPT)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        cr = self.env.cr
        for table in ("oa_procedure_step", "oa_route_step"):
            cr.execute(f"ALTER TABLE {table} RENAME COLUMN term_amount TO term_days")

        script.migrate(cr, "19.0.3.0.0")

        cr.execute("SELECT min(term_amount) FROM oa_procedure_step")
        self.assertGreaterEqual(cr.fetchone()[0], 1)
