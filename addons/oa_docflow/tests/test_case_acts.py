import io
import subprocess
import sys
import tempfile
import zipfile

from lxml import etree
from odoo.tests import tagged

from .common import REGISTRY, DocflowCase


@tagged("post_install", "-at_install")
class TestCaseActs(DocflowCase):
    """The package of a case takes what was done to its documents with it."""

    def setUp(self):
        super().setUp()
        self.draft_in_case = self.submit()
        self.as_(self.director, self.draft_in_case).action_agree("Без бележки.")
        self.agree_all_but_director()

    def agree_all_but_director(self):
        for person in (self.lawyer, self.secretary):
            self.as_(person, self.draft_in_case).action_agree()
        self.env["oa.register.entry"]._allot_pending()

    def pack(self, person):
        case = self.draft_in_case.sudo().case_id
        return self.as_(person, self.env["oa.case.export"])._ask(self.as_(person, case))

    def test_package_holds_the_records_and_the_sheet_and_proves_itself(self):
        keeper = self.make_user("keeper", REGISTRY + "head_registrar")
        export = self.pack(keeper)

        with zipfile.ZipFile(io.BytesIO(export.sudo().attachment_id.raw)) as archive, tempfile.TemporaryDirectory() as folder:
            index = etree.fromstring(archive.read("index.xml"))
            records = {node.get("name"): node for node in index.iterfind(".//{*}file[@role='record']")}
            act = self.draft_in_case.sudo().act_ids.filtered(lambda act: act.comment == "Без бележки.")
            self.assertEqual(archive.read(records[act._get_file_name()].get("path")).decode(), act.xml)
            self.assertEqual(records[act._get_file_name()].get("sha256"), act.digest)
            self.assertTrue(archive.read(records["Лист за съгласуване.pdf"].get("path")).startswith(b"%PDF"))
            archive.extractall(folder)
            verdict = subprocess.run([sys.executable, "verify_case.py"], cwd=folder, capture_output=True, check=False)
        self.assertEqual(verdict.returncode, 0, verdict.stdout)

    def test_acts_on_a_document_that_the_person_may_not_see_stay_out(self):
        self.draft_in_case.sudo()._write_system({"access_level": "restricted"})
        person = self.colleague
        self.draft_in_case.sudo().case_id.document_ids.filtered(lambda document: document.direction == "incoming")._grant(person, "справка")
        export = self.pack(person)

        with zipfile.ZipFile(io.BytesIO(export.sudo().attachment_id.raw)) as archive:
            everything = b"".join(archive.read(name) for name in archive.namelist())
        self.assertEqual(export.hidden_count, 1)
        self.assertNotIn("Без бележки.".encode(), everything)
