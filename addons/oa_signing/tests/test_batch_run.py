import logging

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..adapters.dummy import PIN
from ..core.errors import ServiceUnavailableError
from ..models import oa_signature_request_run as run
from .common import SigningCase, make_pdf

_logger = logging.getLogger(__name__)


@tagged("post_install", "-at_install")
class TestBatchRun(SigningCase):
    """Many documents, one PIN: the run goes on in the server, portion by portion."""

    def setUp(self):
        super().setUp()
        self.patch(run, "PORTION", 2)
        self.started = []
        self.patch(self.registry["oa.signature.request"], "_start_run", lambda request, pin: self.started.append(pin))

    def make_batch(self, count=5, **broken):
        files = self.env["oa.signing.file"].with_user(self.signer)
        for number in range(count):
            files |= self.make_file(name=f"Писмо {number}.pdf", data=broken.get(f"file_{number}", make_pdf(f"Писмо {number}")))
        return files

    def run_to_the_end(self, request):
        while request._run_on(PIN):
            pass

    def get_states(self, request):
        return [line["state"] for line in request.get_dialog_data()["lines"]]

    def test_first_portion_is_signed_at_once_and_the_rest_goes_on_without_the_page(self):
        request = self.open_dialog(self.make_batch())

        data = request.action_run_with_pin(PIN)
        self.env.cr.postcommit.run()

        self.assertEqual([line["state"] for line in data["lines"]], ["signed", "signed", "prepared", "prepared", "prepared"])
        self.assertTrue(data["is_running"])
        self.assertEqual(self.started, [PIN])
        self.run_to_the_end(request)
        self.assertEqual(set(self.get_states(request)), {"signed"})
        self.assertEqual(request.sudo().state, "done")

    def test_pin_is_kept_in_no_table_and_said_in_no_log(self):
        request = self.open_dialog(self.make_batch())

        with self.assertLogs("odoo.addons", level="DEBUG") as logs:
            # Something has to be said for nothing to be found in it.
            _logger.info("signing")
            request.action_run_with_pin(PIN)
            self.run_to_the_end(request)
            self.env.flush_all()

        self.assertNotIn(PIN, "\n".join(logs.output))
        self.env.cr.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND data_type IN ('text', 'character varying', 'jsonb') AND table_name LIKE ANY(%s)",
            [["oa\\_sign%", "oa\\_certificate%", "res\\_users%", "ir\\_config%", "ir\\_logging", "mail\\_message"]],
        )
        columns = self.env.cr.fetchall()
        self.assertIn(("oa_signature_request", "run_message"), columns)
        for table, column in columns:
            self.env.cr.execute(f'SELECT count(*) FROM "{table}" WHERE "{column}"::text ~ %s', (rf"\y{PIN}\y",))
            self.assertFalse(self.env.cr.fetchone()[0], f"{table}.{column}")

    def test_wrong_pin_starts_nothing(self):
        request = self.open_dialog(self.make_batch())

        with self.assertRaisesRegex(UserError, "Wrong PIN"), self.env.cr.savepoint():
            request.action_run_with_pin("000000")

        self.env.invalidate_all()
        self.assertFalse(self.started)
        self.assertEqual(set(self.get_states(request)), {"prepared"})

    def test_page_that_comes_back_finds_the_same_run(self):
        files = self.make_batch()
        request = self.open_dialog(files)
        request.action_run_with_pin(PIN)

        action = files[3].action_sign()

        self.assertEqual(action["params"]["request_id"], request.id)

    def test_second_press_of_the_button_signs_nothing_twice(self):
        request = self.open_dialog(self.make_batch())
        request.action_run_with_pin(PIN)
        before = self.tokens.logins

        request.action_run_with_pin(PIN)

        self.assertEqual(self.tokens.logins, before)
        self.run_to_the_end(request)
        signatures = request.sudo().line_ids.signature_id
        self.assertEqual(len(signatures), 5)
        self.assertEqual(len(self.env["oa.signature"].search([("user_id", "=", self.signer.id)])), 5)

    def test_killed_run_asks_for_the_pin_again_for_the_rest_only(self):
        request = self.open_dialog(self.make_batch())
        request.action_run_with_pin(PIN)
        request.sudo().run_seen_at = "2020-01-01 00:00:00"

        data = request.get_dialog_data()

        self.assertFalse(data["is_running"])
        self.assertIn("enter the PIN again for the other 3", data["run_message"])
        request.action_run_with_pin(PIN)
        self.run_to_the_end(request)
        self.assertEqual(set(self.get_states(request)), {"signed"})

    def test_broken_document_has_its_own_outcome_and_leaves_the_rest(self):
        request = self.open_dialog(self.make_batch(file_1=make_pdf("secret", password="secret")))

        request.action_run_with_pin(PIN)
        self.run_to_the_end(request)

        self.assertEqual(self.get_states(request), ["signed", "refused", "signed", "signed", "signed"])

    def test_document_that_the_person_leaves_out_stays_unsigned(self):
        files = self.make_batch(3)
        request = self.open_dialog(files)

        request.action_leave_out(request.sudo().line_ids[1].id)
        request.action_run_with_pin(PIN)
        self.run_to_the_end(request)

        self.assertEqual([bool(file.signed_data) for file in files], [True, False, True])

    def test_nobody_runs_the_request_of_another(self):
        request = self.open_dialog(self.make_batch(1))

        for method, arguments in (("action_run_with_pin", [PIN]), ("action_leave_out", [1]), ("action_place_stamp", ["none"])):
            with self.assertRaises(AccessError):
                getattr(request.with_user(self.second_signer), method)(*arguments)

    def test_signatures_of_many_are_completed_together(self):
        self.sign(self.make_batch(4))
        calls = []
        complete = type(self.documents).complete_many
        self.patch(
            type(self.documents), "complete_many", lambda port, files, level: calls.append(len(files)) or complete(port, files, level)
        )

        self.complete()

        self.assertEqual(calls, [4])
        self.assertEqual(set(self.env["oa.signature"].search([]).mapped("level")), {"B-LT"})

    def test_archive_timestamp_is_added_when_it_is_wanted(self):
        self.env["ir.config_parameter"].set_param("oa_signing.level", "B-LTA")
        signature = self.sign(self.make_file())

        self.complete()

        self.assertEqual((signature.level, signature.verdict), ("B-LTA", "valid"))

    def test_silent_service_is_said_once_for_each_signature_and_heals(self):
        signatures = self.sign(self.make_batch(2))

        def refuse(_port, _files, _level):
            raise ServiceUnavailableError

        original = type(self.documents).complete_many
        self.patch(type(self.documents), "complete_many", refuse)
        self.complete()
        self.assertEqual(set(signatures.mapped("level")), {"B-T"})
        self.assertTrue(all("try again" in text for text in signatures.mapped("pending_message")))
        self.patch(type(self.documents), "complete_many", original)
        self.env["oa.signature.pending"].search([]).write({"next_at": "2020-01-01"})
        self.complete()
        self.assertEqual(set(signatures.mapped("level")), {"B-LT"})
        self.assertFalse(any(signatures.mapped("pending_message")))
