from odoo.tests import tagged

from .common import SigningCase, make_pdf


@tagged("post_install", "-at_install")
class TestQueryCounts(SigningCase):
    def count_queries(self, count):
        files = self.env["oa.signing.file"].with_user(self.signer)
        for number in range(count):
            files |= self.make_file(name=f"Файл {number}.pdf", data=make_pdf(f"{count} {number}"))
        self.sign(files)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        files.mapped("signature_count")
        files.signature_ids.mapped("level")
        files.signature_ids.mapped("verdict")
        return self.cr.sql_log_count - before

    def test_signatures_of_many_records_cost_as_many_queries_as_those_of_few(self):
        self.count_queries(1)

        self.assertEqual(self.count_queries(2), self.count_queries(12))
