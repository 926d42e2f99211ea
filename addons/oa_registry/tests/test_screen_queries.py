"""Opening the list and the form of each screen costs the same for two records and for forty."""

from lxml import etree
from odoo import Command
from odoo.tests import tagged

from .common import PDF, RegistryCase

FEW, MANY = 2, 40


@tagged("post_install", "-at_install")
class TestScreenQueries(RegistryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.office = cls.company.oa_default_office_id
        cls.office.user_ids = cls.clerk | cls.head_registrar
        cls.documents = cls.env["oa.document"].concat(*(cls.create_document(cls, subject=f"Заявление {row}") for row in range(MANY)))
        cls.documents[0]._add_file("молба.pdf", PDF, "main")
        cls.register(cls, *cls.documents)
        cls.own = {"company_id": cls.company.id}
        cls.scan = cls.env["ir.attachment"].create({"name": "x.pdf", "raw": PDF})

    # ------------------------------------------------------------ what a screen asks for
    def read_spec(self, model, arch):
        """What the web client asks of the server for this view."""
        spec = {}
        for node in arch.xpath(".//field[not(ancestor::field)]"):
            field = self.env[model]._fields[node.get("name")]
            inner = next(iter(node.xpath("./list | ./kanban")), None)
            if field.type == "many2one":
                spec[field.name] = {"fields": {"display_name": {}}}
            elif field.type in {"one2many", "many2many"}:
                parts = self.read_spec(field.comodel_name, self.as_root(inner)) if inner is not None else {"display_name": {}}
                spec[field.name] = {"fields": parts}
            else:
                spec[field.name] = {}
        return spec

    def as_root(self, node):
        return etree.fromstring(etree.tostring(node))

    def get_spec(self, model, user, kind, view=False):
        views = self.env[model].with_user(user).get_views([(view, kind)])
        return self.read_spec(model, etree.fromstring(views["views"][kind]["arch"]))

    def count(self, act):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        act()
        return self.cr.sql_log_count - before

    def assert_list_flat(self, records, user):
        """The first of these rows cost what all of them cost."""
        model = records.with_user(user)
        spec = self.get_spec(records._name, user, "list")

        def open_list(number):
            rows = model.web_search_read([("id", "in", records[:number].ids)], spec, limit=80)["records"]
            self.assertEqual(len(rows), number)

        with self.subTest(records._name):
            self.count(lambda: open_list(MANY))
            few, many = self.count(lambda: open_list(FEW)), self.count(lambda: open_list(MANY))
            self.assertEqual(few, many)

    def assert_form_flat(self, small, big, user, view=False):
        """A record with few parts costs what one with many costs."""
        spec = self.get_spec(small._name, user, "form", view)
        with self.subTest(small._name, part="form"):
            for record in (big, small):
                self.count(lambda record=record: record.with_user(user).web_read(spec))
            few, many = (self.count(lambda record=record: record.with_user(user).web_read(spec)) for record in (small, big))
            self.assertEqual(few, many)

    # ------------------------------------------------------------ intake
    def create_mails(self):
        return self.env["oa.intake.mail"]._as_system().create([
            {**self.own, "office_id": self.office.id, "state": "waiting", "verdict": "letter", "subject": f"Писмо {row}",
             "sender": f"a{row}@example.com", "sha256": f"{row:064d}", "document_id": document.id}
            for row, document in enumerate(self.documents)
        ])  # fmt: skip

    def create_pile(self, parts):
        batch = self.env["oa.scan.batch"]._as_system().create({
            **self.own, "name": "пакет.pdf", "office_id": self.office.id, "user_id": self.clerk.id, "sha256": f"{parts:064d}",
            "attachment_id": self.scan.id, "state": "done",
        })  # fmt: skip
        self.env["oa.scan.part"]._as_system().create([
            {**self.own, "batch_id": batch.id, "first_page": row + 1, "last_page": row + 1, "state": "filed",
             "document_id": document.id, "attachment_id": self.scan.id}
            for row, document in enumerate(self.documents[:parts])
        ])  # fmt: skip
        return batch

    def test_letters_by_email(self):
        self.assert_list_flat(self.create_mails(), self.clerk)

    def test_piles_and_their_letters(self):
        piles = self.env["oa.scan.batch"].concat(*(self.create_pile(FEW) for _row in range(MANY - 1)), self.create_pile(MANY))
        self.assert_list_flat(piles, self.clerk)
        self.assert_list_flat(piles[-1].part_ids, self.clerk)
        self.assert_form_flat(piles[0], piles[-1], self.clerk)

    def test_routing_rules(self):
        rules = self.env["oa.intake.rule"].create([
            {**self.own, "sender": f"@a{row}.bg", "kind_id": self.letter.id, "office_id": self.office.id, "unit_id": self.unit.id}
            for row in range(MANY)
        ])  # fmt: skip
        self.assert_list_flat(rules, self.administrator)

    # ------------------------------------------------------------ dispatches
    def create_dispatches(self, number):
        vals = {"partner_id": self.applicant.id, "channel": "courier"}
        return self.env["oa.dispatch"].with_user(self.clerk).create([{**vals, "document_id": item.id} for item in self.documents[:number]])

    def test_dispatches_and_delivery_books(self):
        books = self.env["oa.delivery.book"]
        for number in (*([FEW] * (MANY - 1)), MANY):
            dispatches = self.create_dispatches(number)
            dispatches.action_make_book()
            books |= dispatches.book_id
        self.assert_list_flat(books.sudo(), self.clerk)
        self.assert_list_flat(books[-1].dispatch_ids, self.clerk)
        self.assert_form_flat(books[0], books[-1], self.clerk)

    # ------------------------------------------------------------ documents
    def test_the_form_of_a_document_with_files_links_and_enclosures(self):
        small, big = self.documents[1], self.documents[2]
        for document, number in ((small, FEW), (big, MANY)):
            self.change_by_sql("UPDATE oa_document SET carrier = 'paper' WHERE id = %s", document.id)
            for row in range(number):
                document.with_user(self.clerk)._add_file(f"скан {row}.pdf", PDF, "scan")
            document.with_user(self.clerk).write({
                "enclosure_ids": [Command.create({"name": f"Лист {row}"}) for row in range(number)],
                "link_ids": [Command.create({"target_id": other.id, "kind": "relates"}) for other in (self.documents - document)[:number]],
            })  # fmt: skip
            document.with_user(self.clerk).action_certify()
        self.assert_form_flat(small, big, self.clerk)
        self.assert_form_flat(small, big, self.clerk, self.env.ref("oa_registry.oa_document_view_form_desk").id)

    # ------------------------------------------------------------ cases
    def test_cases_their_events_volumes_and_packages(self):
        cases = self.documents.case_id
        self.assert_list_flat(cases, self.clerk)
        volumes = self.env["oa.case.volume"]._as_system().create([
            {**self.own, "case_id": case.id, "number": 1, "first_position": 1, "holder_id": self.expert.id} for case in cases
        ])  # fmt: skip
        self.assert_list_flat(volumes, self.clerk)
        events = self.env["oa.case.event"].with_user(self.clerk)._record([
            {**self.own, "kind": "join", "to_case_id": document.case_id.id, "document_id": document.id} for document in self.documents
        ])  # fmt: skip
        self.assert_list_flat(events, self.clerk)
        packages = self.env["oa.case.export"]._as_system().create([
            {**self.own, "case_id": case.id, "user_id": self.clerk.id, "state": "done"} for case in cases
        ])  # fmt: skip
        self.assert_list_flat(packages, self.clerk)

    def test_classes(self):
        classes = self.env["oa.case.class"].search([("company_id", "=", self.company.id), ("parent_id", "!=", False)], limit=MANY)
        self.assert_list_flat(classes, self.archivist)

    # ------------------------------------------------------------ oversight
    def test_findings_and_nights(self):
        findings = self.env["oa.reconciliation.finding"]._as_system().create([
            {**self.own, "kind": "number_without_file", "res_model": "oa.document", "res_id": document.id} for document in self.documents
        ])  # fmt: skip
        self.assert_list_flat(findings, self.head_registrar)
        runs = self.env["oa.reconciliation"]._as_system().create([
            {**self.own, "day": f"2026-{row // 20 + 1:02d}-{row % 20 + 1:02d}", "totals": {"digest": row}, "state": "done"}
            for row in range(MANY)
        ])  # fmt: skip
        self.assert_list_flat(runs, self.head_registrar)

    def test_kinds_offices_and_registers(self):
        kinds = self.env["oa.document.kind"].search([], limit=MANY)
        self.assert_list_flat(kinds, self.administrator)
        offices = self.env["oa.registry.office"].create([{**self.own, "code": f"Р{row}", "name": f"Приемна {row}"} for row in range(MANY)])
        self.assert_list_flat(offices, self.administrator)
