"""Files are checked before they are stored and whenever they are read; who edits them is seen, and older versions come back."""

from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from ..adapters import virus_scanner
from .common import PDF, RegistryCase

SECOND = PDF + b"%%EOF\n"


@tagged("post_install", "-at_install")
class TestFileGuards(RegistryCase):
    def setUp(self):
        super().setUp()
        self.document = self.create_document(unit_id=self.unit.id)
        self.file = self.document._add_file("молба.pdf", PDF, "main")

    def damage(self, file, data=b"something else"):
        attachment = file.sudo().attachment_id
        path = Path(attachment._full_path(attachment.store_fname))
        kept = path.read_bytes()
        self.addCleanup(path.write_bytes, kept)
        path.chmod(0o600)
        path.write_bytes(data)

    # ------------------------------------------------------------ digests
    def test_content_that_was_changed_on_the_disk_is_not_shown(self):
        self.assertEqual(self.file._get_verified_bytes(), PDF)
        self.damage(self.file)
        for read in (self.file._get_stream, self.file._get_verified_bytes):
            with self.assertRaisesRegex(UserError, "is missing or is not what was stored"), self.assertLogs(level="ERROR"):
                read()
        with self.assertRaises(UserError), self.assertLogs(level="ERROR"):
            self.env["ir.binary"]._record_to_stream(self.file.attachment_id, "raw")

    # ------------------------------------------------------------ viruses
    def set_scanner(self, answer):
        self.env["ir.config_parameter"].set_param("oa_registry.clamd_address", "/nowhere/clamd")
        self.startPatcher(patch.object(virus_scanner, "scan", answer))

    def test_without_a_daemon_the_clerk_is_warned(self):
        self.assertTrue(self.document.virus_note)
        self.set_scanner(lambda address, data: "")
        self.document.invalidate_recordset()
        self.assertFalse(self.document.virus_note)

    def test_a_virus_is_refused_by_name_and_a_clean_file_is_stored(self):
        self.set_scanner(lambda address, data: "Eicar" if b"EICAR" in data else "")
        self.assertTrue(self.document._add_file("чист.pdf", SECOND))
        with self.assertRaisesRegex(UserError, "Eicar"), self.assertLogs(level="WARNING"):
            self.document._add_file("вирус.txt", b"EICAR")
        self.assertEqual(len(self.document.file_ids), 2)

    def test_a_daemon_that_is_set_and_silent_lets_nothing_in(self):
        self.env["ir.config_parameter"].set_param("oa_registry.clamd_address", "/nowhere/clamd")
        with self.assertRaisesRegex(UserError, "could not be checked"), self.assertLogs(level="WARNING"):
            self.document._add_file("чист.pdf", SECOND)

    def test_the_settings_say_what_is_wrong_with_the_daemon(self):
        settings = self.env["res.config.settings"].create({})
        self.assertIn("not checked", settings.oa_virus_warning)
        settings.oa_clamd_address = "/nowhere/clamd"
        self.assertIn("does not answer", settings.oa_virus_warning)
        with patch.object(virus_scanner, "ping", return_value=True):
            settings.invalidate_recordset(["oa_virus_warning"])
            self.assertFalse(settings.oa_virus_warning)

    # ------------------------------------------------------------ check-out
    def test_whoever_takes_the_files_changes_them_alone(self):
        mine, theirs = (self.document.with_user(user) for user in (self.clerk, self.head_registrar))
        mine.action_check_out()
        self.assertEqual(self.document.checked_out_by_id, self.clerk)
        self.assertTrue(mine._add_file("молба.pdf", SECOND, "main"))
        self.assertFalse(self.file.with_user(self.head_registrar).can_remove)
        for act in (
            lambda: theirs._add_file("друго.pdf", SECOND, "attachment"),
            lambda: self.file.with_user(self.head_registrar).action_remove(),
            lambda: self.file.with_user(self.head_registrar).action_restore(),
            theirs.action_check_out,
            theirs.action_register,
        ):
            with self.assertRaisesRegex(UserError, "has been editing"):
                act()

    def test_the_owner_and_the_head_registrar_release_nobody_else(self):
        self.document.with_user(self.clerk).action_check_out()
        second_clerk = self._create_person("clerk", "second")
        self.assertTrue(self.document.sudo().with_user(second_clerk)._get_release_blockers())
        with self.assertRaises(UserError):
            self.document.with_user(second_clerk).action_release()
        self.document.with_user(self.head_registrar).action_release()
        self.assertFalse(self.document.checked_out_by_id)
        self.document.with_user(self.clerk).action_check_out()
        self.document.with_user(self.clerk).action_release()
        actions = self.env["oa.journal.entry"].search([("document_id", "=", self.document.id)]).mapped("action")
        self.assertEqual([actions.count(action) for action in ("check_out", "release")], [2, 2])

    def test_registration_by_the_owner_releases(self):
        self.document.with_user(self.clerk).action_check_out()
        self.register(self.document)
        self.assertFalse(self.document.checked_out_by_id)

    def test_nobody_writes_the_owner_by_hand_or_takes_what_is_registered(self):
        with self.assertRaises(AccessError):
            self.document.with_user(self.head_registrar).checked_out_by_id = self.head_registrar
        self.register(self.document)
        with self.assertRaises(UserError):
            self.document.with_user(self.clerk).action_check_out()

    # ------------------------------------------------------------ versions
    def test_an_older_version_comes_back_as_a_new_one(self):
        second = self.document._add_file("молба 2.pdf", SECOND, "main")
        self.assertTrue(self.file.can_restore)
        self.assertFalse(second.can_restore)
        restored = self.env["oa.document.file"].browse(self.file.with_user(self.clerk).action_restore())
        self.assertEqual((restored.version, restored.sha256, restored.state), (3, self.file.sha256, "current"))
        self.assertEqual(second.state, "superseded")

    def test_after_registration_no_version_comes_back(self):
        self.document._add_file("молба 2.pdf", SECOND, "main")
        self.register(self.document)
        self.assertFalse(self.file.can_restore)
        with self.assertRaises(UserError):
            self.file.with_user(self.clerk).action_restore()

    def test_a_damaged_version_does_not_come_back(self):
        self.document._add_file("молба 2.pdf", SECOND, "main")
        self.damage(self.file)
        with self.assertRaisesRegex(UserError, "is not what was stored"), self.assertLogs(level="ERROR"):
            self.file.with_user(self.clerk).action_restore()


@tagged("post_install", "-at_install")
class TestFileText(RegistryCase, HttpCase):
    def test_a_letter_in_windows_1251_is_shown_as_text_and_the_view_is_written_down(self):
        letter = "From: Рада <rada@example.com>\r\nMessage-ID: <1@example.com>\r\nSubject: x\r\n\r\nМоля за отговор.".encode("cp1251")
        document = self.create_document(user=self.expert)
        file = document._add_file("писмо.eml", letter)
        self.assertEqual(file.mimetype, "message/rfc822")
        self.authenticate("test.expert", "test.expert")
        answer = self.url_open(f"/oa/file/{file.id}/text")
        self.assertIn("Моля за отговор.", answer.text)
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        self.assertTrue(self.env["oa.journal.entry"].search([("document_id", "=", document.id), ("action", "=", "open_file")]))

    def test_nobody_reads_the_text_of_a_hidden_file(self):
        document = self.create_document(user=self.expert, access_level="restricted")
        file = document._add_file("писмо.txt", b"secret words")
        self.authenticate("test.colleague", "test.colleague")
        self.assertEqual(self.url_open(f"/oa/file/{file.id}/text").status_code, 404)

    def test_a_changed_file_is_an_error_for_the_browser_too(self):
        document = self.create_document(user=self.expert)
        file = document._add_file("писмо.txt", b"true words")
        attachment = file.sudo().attachment_id
        path = Path(attachment._full_path(attachment.store_fname))
        self.addCleanup(path.write_bytes, path.read_bytes())
        path.chmod(0o600)
        path.write_bytes(b"false word")
        self.authenticate("test.expert", "test.expert")
        with self.assertLogs("odoo.addons.oa_registry.models.oa_document_file_digest", level="ERROR"):
            answer = self.url_open(f"/oa/file/{file.id}")
        self.assertEqual(answer.status_code, 409)
        self.assertNotIn("false", answer.text)
