import io
import zipfile
from base64 import b64encode

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import file_open

from .common import REGISTRY, DocflowCase


def read_shipped(name="letter.docx"):
    with file_open(f"oa_docflow/data/templates/{name}", "rb") as stream:
        return stream.read()


def change(data, old, new, extra=None):
    """The same DOCX with another text, and perhaps one more part."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w") as archive:
        for info in source.infolist():
            archive.writestr(info, source.read(info).replace(old.encode(), new.encode()))
        if extra:
            archive.writestr(extra, b"x")
    return target.getvalue()


class TemplateCase(DocflowCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls.make_user("admin", REGISTRY + "administrator")

    def make_template(self, data=None, name="letter.docx", **vals):
        return self.as_(self.admin, self.env["oa.document.template"]).create({
            "name": "Писмо от файл", "format": "office", "company_id": self.company.id,
            "draft_file": b64encode(data or read_shipped(name)), "draft_file_name": name, **vals,
        })  # fmt: skip


@tagged("post_install", "-at_install")
class TestDocumentTemplate(TemplateCase):
    """A template in DOCX or ODT is looked into before it is taken, and published as a version that is never changed."""

    def test_unknown_fields_are_named_with_the_known_ones(self):
        data = change(read_shipped(), "{{ относно }}", "{{ отнсоно }}")

        with self.assertRaisesRegex(UserError, "(?s)отнсоно.*Known fields.*относно"):
            self.make_template(data)

    def test_macros_and_other_formats_are_refused(self):
        with self.assertRaisesRegex(UserError, "contains macros"):
            self.make_template(change(read_shipped(), "", "", extra="word/vbaProject.bin"))
        with self.assertRaisesRegex(UserError, "Only DOCX and ODT"):
            self.make_template(b"%PDF-1.7 %%EOF", name="letter.pdf")
        with self.assertRaises(UserError):
            self.make_template(b"no zip at all")

    def test_a_field_that_asks_for_more_than_words_is_refused(self):
        with self.assertRaises(UserError):
            self.make_template(change(read_shipped(), "{{ относно }}", "{{ относно.__class__.__mro__ }}"))

    def test_publishing_makes_versions_that_are_never_changed(self):
        template = self.make_template()
        template.action_publish()
        template.write({"draft_file": b64encode(change(read_shipped(), "Относно", "ОТНОСНО")), "draft_file_name": "letter.docx"})
        template.action_publish()

        self.assertEqual(template.version_ids.sorted("number").mapped("number"), [1, 2])
        self.assertEqual(template.version_id.number, 2)
        self.assertFalse(template.draft_file)
        self.assertEqual(template.version_ids.sorted("number")[0]._read(), read_shipped())
        with self.assertRaises(AccessError):
            template.version_id.write({"number": 7})

    def test_nothing_chosen_is_not_published_and_staff_publish_nothing(self):
        template = self.make_template()
        with self.assertRaises(UserError):
            self.as_(self.expert, template).action_publish()
        template.action_publish()

        with self.assertRaisesRegex(UserError, "Choose a new file"):
            template.action_publish()

    def test_a_kind_has_one_default_and_the_own_one_comes_first(self):
        kind = self.memo_procedure.kind_id
        common = self.env["oa.document.template"].create(
            {"name": "Обща", "body": "<p>x</p>", "kind_ids": kind.ids, "is_default": True, "company_id": False}
        )
        own = self.make_template(kind_ids=kind.ids, is_default=True)

        found = self.env["oa.document.template"]._find_default(kind, self.company)
        self.assertEqual(found, own)
        own.sudo().active = False
        self.assertEqual(self.env["oa.document.template"]._find_default(kind, self.company), common)
        with self.assertRaises(ValidationError):
            own.sudo().active = True
            self.make_template(kind_ids=kind.ids, is_default=True)

    def test_a_template_with_a_text_still_needs_one(self):
        with self.assertRaisesRegex(ValidationError, "has no text yet"):
            self.env["oa.document.template"].create({"name": "Празен", "company_id": self.company.id})

    def test_the_shipped_files_are_loaded_once(self):
        templates = self.env["oa.document.template"]
        templates._load_standard_files()
        shipped = templates.search([("format", "=", "office"), ("company_id", "=", False)])

        templates._load_standard_files()

        self.assertEqual(templates.search([("format", "=", "office"), ("company_id", "=", False)]), shipped)
        self.assertEqual(len(shipped), 5)
        self.assertTrue(all(shipped.mapped("version_id")))
