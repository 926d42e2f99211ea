import base64
import hashlib

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ENCRYPTED_PDF, PDF, RegistryCase


@tagged("post_install", "-at_install")
class TestFiles(RegistryCase):
    def setUp(self):
        super().setUp()
        self.document = self.create_document()

    def test_a_file_knows_its_digest_size_and_type(self):
        file = self.document._add_file("молба.pdf", PDF, "main")

        self.assertEqual(file.sha256, hashlib.sha256(PDF).hexdigest())
        self.assertEqual((file.size, file.mimetype, file.version, file.state), (len(PDF), "application/pdf", 1, "current"))
        self.assertEqual((file.attachment_id.res_model, file.attachment_id.res_id), ("oa.document", self.document.id))
        self.assertEqual(file.added_by_id, self.clerk)

    def test_bad_input_gives_a_sentence_and_stores_nothing(self):
        before = self.env["ir.attachment"].search_count([("res_model", "=", "oa.document")])
        for name, data, word in (
            ("празен.pdf", b"", "0 bytes"),
            ("друго.pdf", b"hello world", "not PDF"),
            ("заключен.pdf", ENCRYPTED_PDF, "password"),
            ("голям.pdf", PDF + b"\0" * (60 * 1024 * 1024), "60,0 MB"),
            ("игра.exe", b"MZ", "program"),
        ):
            with self.subTest(name), self.assertRaises(UserError) as caught:
                self.document.action_add_file(name, base64.b64encode(data).decode())
            self.assertIn(word, str(caught.exception))
            self.assertNotIn("\n", str(caught.exception))

        self.assertFalse(self.document.file_ids)
        self.assertEqual(self.env["ir.attachment"].search_count([("res_model", "=", "oa.document")]), before)

    def test_the_limit_is_a_setting(self):
        self.env["ir.config_parameter"].set_param("oa_registry.upload_limit", 1)
        with self.assertRaisesRegex(UserError, "limit is 1 MB"):
            self.document._add_file("голям.pdf", PDF + b"\0" * (2 * 1024 * 1024))

    def test_damaged_base64_is_refused(self):
        with self.assertRaisesRegex(UserError, "damaged"):
            self.document.action_add_file("x.pdf", "не е base64")

    def test_the_first_file_is_the_document_and_the_next_are_attachments(self):
        self.document.action_add_file("молба.pdf", base64.b64encode(PDF).decode())
        self.document.action_add_file("скица.pdf", base64.b64encode(PDF).decode())

        self.assertEqual(self.document.file_ids.mapped("role"), ["main", "attachment"])
        self.assertEqual(self.document.main_file_id.name, "молба.pdf")

    def test_a_new_version_supersedes_the_old_one(self):
        first = self.document._add_file("проект.pdf", PDF, "main")
        second = self.document._add_file("проект 2.pdf", PDF + b"%%EOF\n", "main")

        self.assertEqual((first.state, second.state, second.version), ("superseded", "current", 2))
        self.assertEqual(self.document.main_file_id, second)

    def test_a_file_of_a_draft_is_taken_away_and_of_a_registered_document_is_not(self):
        wrong = self.document._add_file("грешен.pdf", PDF, "main")
        wrong.with_user(self.clerk).action_remove()
        self.assertFalse(wrong.exists())

        file = self.document._add_file("верен.pdf", PDF, "main")
        self.register(self.document)
        with self.assertRaises(UserError):
            file.with_user(self.clerk).action_remove()
        with self.assertRaises(AccessError):
            file.sudo().unlink()

    def test_after_registration_only_scans_come(self):
        self.register(self.document)

        self.document.action_add_file("скан.pdf", base64.b64encode(PDF).decode())
        self.assertEqual(self.document.file_ids.role, "scan")
        with self.assertRaises(UserError):
            self.document.action_add_file("нов.pdf", base64.b64encode(PDF).decode(), "main")

    def test_only_the_registry_scans_registered_documents(self):
        self.register(self.document)
        self.document._grant(self.expert, "изпълнител")
        with self.assertRaisesRegex(UserError, "registry clerk"):
            self.document.with_user(self.expert).action_add_file("скан.pdf", base64.b64encode(PDF).decode())

    def test_people_do_not_make_files_of_the_systems_roles(self):
        for role in ("signed", "receipt", "signing_copy"):
            with self.assertRaises(UserError):
                self.document.action_add_file("x.pdf", base64.b64encode(PDF).decode(), role)

    def test_the_attachment_is_not_changed_behind_the_document(self):
        attachment = self.document._add_file("молба.pdf", PDF, "main").attachment_id
        for values in ({"raw": b"x"}, {"res_id": 1}, {"datas": base64.b64encode(b"x")}):
            with self.assertRaises(AccessError):
                attachment.with_user(self.clerk).write(values)
        with self.assertRaises(AccessError):
            attachment.with_user(self.clerk).unlink()
        with self.assertRaises(AccessError):
            attachment.sudo().unlink()

    def test_file_rows_are_not_made_through_rpc(self):
        with self.assertRaises(AccessError):
            self.env["oa.document.file"].with_user(self.head_registrar).create(
                {"document_id": self.document.id, "name": "x", "role": "main"}
            )

    def test_a_stranger_adds_no_file(self):
        with self.assertRaises(AccessError):
            self.document.with_user(self.outsider).action_add_file("x.pdf", base64.b64encode(PDF).decode())

    def test_the_entry_remembers_the_digests_of_the_files(self):
        file = self.document._add_file("молба.pdf", PDF, "main")
        self.register(self.document)
        self.assertIn(file.sha256, self.document.register_entry_id.snapshot)
