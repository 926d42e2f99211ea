"""The service that opens foreign files is killed in the middle of a check: the check waits, and is made afterwards."""

import os
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from unittest import skipUnless

from asn1crypto import pem
from odoo import fields
from odoo.tests import tagged

from ..adapters.validation_client import DocumentClient, ServiceSettings
from .common import SigningCase

PYTHON = os.environ.get("OA_SIGNING_PYTHON")
SERVE = Path(__file__).resolve().parents[1] / "serve.py"


@skipUnless(PYTHON, "the environment of the signing services is not here")
@tagged("post_install", "-at_install")
class TestCheckWorkerKilled(SigningCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.record = cls.make_file(cls)
        cls.signed = cls.sign(cls, cls.record)._get_data()
        # Nobody answers for invented certificates.
        cls.env["ir.config_parameter"].set_param("oa_signing.revocation_policy", "soft")
        folder = tempfile.TemporaryDirectory(prefix="oas")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        (cls.folder / "root.pem").write_bytes(pem.armor("CERTIFICATE", cls.authority.get_roots()[0].dump()))

    def setUp(self):
        super().setUp()
        self.socket = self.folder / "validation.sock"
        client = DocumentClient(str(self.socket), ServiceSettings(str(self.folder)))
        self.patch(self.registry["oa.signing.ports"], "_get_documents", lambda ports: client)
        self.service = self.start_service()
        client.inspect(self.record._get_signing_payload()[1])

    def start_service(self):
        self.socket.unlink(missing_ok=True)
        service = subprocess.Popen(
            [PYTHON, str(SERVE), "validation", "--socket", str(self.socket), "--workers", "1"], stderr=subprocess.DEVNULL
        )
        self.addCleanup(service.wait)
        self.addCleanup(service.kill)
        until = time.monotonic() + 30
        while not self.socket.exists() and time.monotonic() < until:
            time.sleep(0.05)
        return service

    def find_worker(self):
        rows = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.service.pid)], capture_output=True, text=True, check=True)
        return int(rows.stdout.split()[0])

    def bring(self):
        attachment = self.env["ir.attachment"].create(
            {"name": "Писмо.pdf", "raw": self.signed, "res_model": self.record._name, "res_id": self.record.id}
        )
        self.env["oa.signature.check.queue"].with_user(self.signer)._enqueue(self.record, [("Писмо.pdf", attachment)])

    def list_waiting(self):
        return self.env["oa.signature.check.queue"].search([])

    def list_outcomes(self):
        return self.env["oa.signature.check"].search([("file_name", "=", "Писмо.pdf")]).mapped("outcome")

    def run_and_kill(self, kill):
        """The worker has the file and gets no further; then it happens."""
        worker = self.find_worker()
        os.kill(worker, signal.SIGSTOP)
        timer = threading.Timer(1.0, kill, [worker])
        timer.start()
        self.run_cron("oa_signing.oa_signature_check_queue_cron")
        timer.join()

    def test_another_worker_makes_the_check_of_one_that_was_killed(self):
        self.bring()

        self.run_and_kill(lambda worker: os.kill(worker, signal.SIGKILL))

        self.assertEqual((self.list_outcomes(), self.list_waiting().ids), (["valid"], []))

    def test_check_waits_while_the_service_is_dead_and_is_made_afterwards(self):
        self.bring()

        def kill(worker):
            self.service.kill()
            os.kill(worker, signal.SIGKILL)

        self.run_and_kill(kill)
        waiting = self.list_waiting()

        self.assertEqual((self.list_outcomes(), waiting.attempts), ([], 1))
        self.assertIn("nothing was lost", waiting.message)

        self.start_service()
        waiting.next_at = fields.Datetime.now()
        self.run_cron("oa_signing.oa_signature_check_queue_cron")

        self.assertEqual((self.list_outcomes(), self.list_waiting().ids), (["valid"], []))
