"""Which plan answers a list decides how quick it is, never what is seen."""

from importlib.util import module_from_spec, spec_from_file_location

from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools import file_path

from .common import RegistryCase

COUNT = 150
MANY = 100_000


@tagged("post_install", "-at_install")
class TestReach(RegistryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["oa.sample"]._build(COUNT, seed=3, companies=cls.company)
        cls.documents = cls.env["oa.document"].with_context(active_test=False).search([("company_id", "=", cls.company.id)])
        cls.sample_people = cls.env["res.users"].search([("login", "=like", "sample.%")])

    def choose_plan(self, is_few):
        self.patch(type(self.env["oa.document"]), "_is_few", lambda _self, _principals: is_few)

    def list_seen(self, user):
        """Documents and documents in books, by the words alone."""

        def matching(principals):
            denied = {f"!{word}" for word in principals}
            return self.documents.filtered(
                lambda document: set(document.access_principals) & set(principals) and not set(document.access_principals) & denied
            )

        return matching(user._get_access_principals()), matching(user._get_book_principals())

    def find(self, model, user, domain=Domain.TRUE):
        return self.env[model].with_user(user).with_context(active_test=False).search(domain, limit=MANY).with_env(self.env)

    def test_every_plan_finds_what_the_words_say(self):
        people = [self.clerk, self.head_registrar, self.governor, self.archivist, self.expert, *self.sample_people]
        for user in people:
            seen, listed = self.list_seen(user)
            for is_few in (True, False):
                self.choose_plan(is_few)
                with self.subTest(user.login, is_few=is_few):
                    self.assertEqual(set(self.find("oa.document", user)), set(seen))
                    self.assertEqual(set(self.find("oa.register.entry", user)), set(listed.register_entry_id))
                    self.assertEqual(set(self.find("oa.case", user)), set(seen.case_id))
                    self.assertEqual(set(self.find("oa.dispatch", user)), set(seen.sudo().dispatch_ids))
        self.assertTrue(any(0 < len(self.list_seen(user)[0]) < COUNT for user in people), "somebody must see a part")

    def test_every_plan_gives_the_same_page_and_the_same_count(self):
        user = self.env["res.users"].search([("login", "=", "sample.big")])
        pages = []
        for is_few in (True, False):
            self.choose_plan(is_few)
            found = (
                self.env["oa.document"]
                .with_user(user)
                .web_search_read([("subject", "ilike", "за")], {"number": {}}, offset=5, limit=20, count_limit=30)
            )
            pages.append((found["length"], [row["id"] for row in found["records"]]))
        self.assertEqual(*pages)
        self.assertEqual(len(pages[0][1]), 20)

    def test_a_line_without_a_document_is_found_by_every_plan(self):
        entry = self.documents.register_entry_id[:1]
        self.change_by_sql("UPDATE oa_register_entry SET document_id = NULL WHERE id = %s", entry.id)
        for is_few in (True, False):
            self.choose_plan(is_few)
            self.assertIn(entry, self.find("oa.register.entry", self.colleague))

    def test_few_is_said_of_names_in_few_of_many_documents(self):
        documents = self.env["oa.document"]
        shares = {"d:1": 0.01, "u:7": 0.004}
        for total, names, is_few in ((1_000_000, ("u:8",), True), (1_000_000, ("u:7",), True), (1_000_000, ("d:1",), False),
                                     (1_000_000, ("u:7", "u:8", "d:1"), False), (4000, ("u:8",), False), (0, ("u:8",), False)):  # fmt: skip
            self.patch(type(documents), "_get_principal_shares", lambda _self, _hour, total=total: (total, shares))
            with self.subTest(total=total, names=names):
                self.assertEqual(documents._is_few(names), is_few)

    def test_the_shares_come_from_the_statistics_of_the_column(self):
        self.env.cr.execute("ANALYZE oa_document")
        self.registry.clear_cache()
        total, shares = self.env["oa.document"]._get_principal_shares(0)
        self.assertGreaterEqual(total, COUNT)
        word = f"r:{self.company.id}:head_registrar"
        self.assertAlmostEqual(shares[word], len(self.documents) / total, delta=0.05)

    def test_documents_are_found_by_whom_they_are_from(self):
        document = self.documents.filtered("correspondent_ids")[:1]
        name = document.correspondent_ids.partner_id[:1].name
        found = self.find("oa.document", self.head_registrar, [("correspondent_name", "ilike", name)])
        self.assertIn(document, found)
        self.assertEqual(found, self.documents.filtered(lambda one: name in one.correspondent_ids.partner_id.mapped("name")) & found)
        others = self.find("oa.document", self.head_registrar, [("correspondent_name", "not ilike", name)])
        self.assertEqual(set(found) | set(others), set(self.find("oa.document", self.head_registrar)))
        self.assertFalse(self.find("oa.document", self.expert, [("correspondent_name", "ilike", name)]))

    def test_the_index_of_version_one_is_dropped(self):
        self.env.cr.execute("CREATE INDEX oa_document_list_index ON oa_document (company_id, registered_at DESC, id DESC)")
        spec = spec_from_file_location("post_lists", file_path("oa_registry/migrations/19.0.2.0.0/post-lists.py"))
        module = module_from_spec(spec)
        spec.loader.exec_module(module)

        module.migrate(self.env.cr, "19.0.1.0.0")

        self.env.cr.execute("SELECT array_agg(indexname::text) FROM pg_indexes WHERE tablename = 'oa_document'")
        names = self.env.cr.fetchone()[0]
        self.assertNotIn("oa_document_list_index", names)
        self.assertIn("oa_document_newest_index", names)
