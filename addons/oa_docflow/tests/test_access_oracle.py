"""Every way of asking about random documents, against a plain oracle."""

import re

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .access_world import DOCUMENTS, AccessWorld

CASES = 200
SECRETS = re.compile(r"(Тема|Файл|Бележка)-(\d{3})")
WAYS_TO_SUBJECTS = {
    "oa.document": ["reply_to_id.subject", "reply_ids.subject", "case_id.document_ids.subject", "link_ids.target_id.subject",
                    "backlink_ids.document_id.subject", "task_ids.document_id.subject", "display_name"],
    "oa.document.link": ["target_id.subject", "document_id.subject"],
    "oa.document.file": ["document_id.subject"],
    "oa.document.grant": ["document_id.subject"],
    "oa.dispatch": ["document_id.subject"],
    "oa.journal.entry": ["document_id.subject", "case_id.document_ids.subject"],
    "oa.case": ["document_ids.subject", "document_ids.display_name"],
    "oa.task": ["document_id.subject", "document_subject", "result_document_id.subject"],
    "oa.resolution": ["document_id.subject"],
}  # fmt: skip


def _reads_list(model, info):
    """Lists lead to models with rights of their own, which are asked by themselves."""
    return (info.get("relation") or "").startswith("oa.") and model.env[info["relation"]].has_access("read")


@tagged("post_install", "-at_install")
class TestAccessOracle(AccessWorld):
    def setUp(self):
        super().setUp()
        self.secrets = {}

    def ask_as(self, person):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env(user=person.user.id, context={"allowed_company_ids": person.user.company_ids.ids, "lang": "en_US"})

    def assert_silent(self, person, answer, is_known, what):
        """Nothing of an unknown document may be in the answer."""
        told = set(SECRETS.findall(str(answer))) & self.list_secrets(person, is_known)
        self.assertFalse(told, f"{what}: {person.user.login}")

    def list_secrets(self, person, is_known):
        """What this person may read nowhere; asked of the oracle once for each person."""
        key = person.user.login, is_known.__name__
        if key not in self.secrets:
            self.secrets[key] = {
                (word, f"{index:03d}")
                for index, paper in enumerate(self.papers)
                if not is_known(person, paper)
                for word in self.list_words(person, paper)
            }
        return self.secrets[key]

    def list_words(self, person, paper):
        # The title of a case comes from the free document that opened it, and is for whoever sees any document of the case.
        titles = [] if paper.opens_case and paper.access == "free" else ["Тема"]
        # Whoever reads the journal as an auditor reads which file was added; what it is about stays untold.
        files = [] if person.user == self.auditor else ["Файл"]
        return [*titles, *files, "Бележка"]

    def for_everybody(self):
        for person in self.people:
            with self.subTest(person.user.login):
                yield person, {paper.record.id for paper in self.papers if self.sees(person, paper)}

    def test_the_world_is_worth_asking(self):
        counts = {person.user.login: len(visible) for person, visible in self.for_everybody()}
        self.assertGreater(len(set(counts.values())), 7, counts)
        self.assertEqual(counts["oracle.auditor"], 0)
        self.assertTrue(all(0 < counts[f"test.{name}"] < DOCUMENTS for name in ("governor", "expert", "colleague", "director")), counts)

    def test_finding_reading_counting_naming_and_explaining_agree_with_the_oracle(self):
        all_ids = [paper.record.id for paper in self.papers]
        for person, visible in self.for_everybody():
            if not person.reads:
                with self.assertRaises(AccessError):
                    self.ask_as(person)["oa.document"].search([])
                continue
            model = self.ask_as(person)["oa.document"]
            self.assertEqual(set(model.search([("id", "in", all_ids)]).ids), visible)
            self.assertEqual(model.search_count([("id", "in", all_ids)]), len(visible))
            self.assertEqual(set(model.browse(all_ids)._filtered_access("read").ids), visible)
            self.assertEqual(set(model.browse(all_ids)._filtered_access("write").ids), visible)
            self.assertEqual({found[0] for found in model.name_search("клен", limit=500)}, visible)
            groups = model.formatted_read_group([("id", "in", all_ids)], ["state"], ["__count"])
            self.assertEqual(sum(group["__count"] for group in groups), len(visible))
            for paper in self.papers:
                facts = paper.record._explain_access(person.user)
                self.assertEqual(bool(facts) and all(fact.is_allowed for fact in facts), paper.record.id in visible)

    def test_lines_of_books_agree_with_the_oracle(self):
        for person, _visible in self.for_everybody():
            if person.reads:
                found = self.ask_as(person)["oa.register.entry"].search([("company_id", "=", self.company.id)])
                expected = {paper.record.id for paper in self.papers if self.lists(person, paper)}
                self.assertEqual(set(found.sudo().document_id.ids), expected)

    def test_no_record_of_any_model_tells_about_a_document_that_is_not_seen(self):
        names = [
            name for name, model in self.env.registry.items() if name.startswith("oa.") and not model._abstract and not model._transient
        ]
        for person, _visible in self.for_everybody():
            env = self.ask_as(person)
            for name in sorted([*names, "ir.attachment", "mail.message", "mail.activity", "mail.followers", "mail.notification"]):
                model = env[name]
                if not model.has_access("read"):
                    continue
                columns = [
                    column
                    for column, info in model.fields_get(attributes=["type", "relation"]).items()
                    if info["type"] not in {"binary", "one2many", "many2many"} or _reads_list(model, info)
                ]
                # Everybody keeps the own words and acts.
                domain = {
                    "ir.attachment": [("res_model", "=like", "oa.%")],
                    "mail.message": [("author_id", "!=", person.user.partner_id.id)],
                    "oa.journal.entry": [("user_id", "!=", person.user.id)],
                }.get(name, [])
                rows = model.search_read(domain, columns, limit=1000)
                self.assert_silent(person, rows, self.lists if name == "oa.register.entry" else self.sees, name)

    def test_links_replies_cases_and_groups_name_nothing_that_is_not_seen(self):
        named = {"fields": {"display_name": {}}}
        spec = {
            "display_name": {}, "subject": {}, "reply_to_id": named, "reply_ids": {"fields": {"display_name": {}, "subject": {}}},
            "link_ids": {"fields": {"display_name": {}, "target_id": named, "target_subject": {}}},
            "backlink_ids": {"fields": {"document_id": named}}, "link_count": {}, "task_ids": {"fields": {"display_name": {}}},
            "case_id": {"fields": {"display_name": {}}}, "journal_ids": {"fields": {"document_id": named, "summary": {}}},
            "grant_ids": {"fields": {"display_name": {}, "document_id": named, "reason": {}}},
        }  # fmt: skip
        for person, visible in self.for_everybody():
            if not person.reads:
                continue
            env = self.ask_as(person)
            documents = env["oa.document"].search([("id", "in", list(visible))])
            answers = [documents.web_search_read([], spec, limit=500)] + [document.web_read(spec) for document in documents[:10]]
            answers += [document.get_access_facts() for document in documents[:10]]
            case_spec = {
                "display_name": {},
                "subject": {},
                "close_blockers": {},
                "document_ids": {"fields": {"display_name": {}, "subject": {}}},
            }
            answers += [case.web_read(case_spec) for case in env["oa.case"].search([])]
            answers.append(
                documents.with_context(import_compat=False).export_data(["link_ids/target_id", "link_ids/target_subject", "reply_to_id"])
            )
            for model, column in (("oa.document", "reply_to_id"), ("oa.document", "case_id"), ("oa.document.link", "target_id")):
                answers.append(env[model].formatted_read_group([], [column], ["__count"]))
            answers.append(env["res.users"].browse(env.uid)._get_activity_groups())
            self.assert_silent(person, answers, self.sees, "names")

    def test_two_hundred_random_cases_agree_in_every_operation(self):
        """A case is a person and a document; each is tried in every way in which a document can be reached."""
        asked = env = None
        for person, paper in self.draw_cases():
            if asked is not person:
                asked, env = person, self.ask_as(person)
            document, expected = env["oa.document"].browse(paper.record.id), self.sees(person, paper)
            files = paper.record.sudo().file_ids
            attachment = env["ir.attachment"].browse(files.attachment_id[:1].id)
            ways = {
                "read": lambda document=document: document.read(["subject"]),
                "write": lambda document=document: document.check_access("write"),
                "search": lambda document=document: document.search([("id", "=", document.id)]).ensure_one(),
                "file": lambda env=env, files=files: env["oa.document.file"].browse(files[:1].id).read(["name"]),
                "attachment": lambda attachment=attachment: attachment.read(["name"]),
                "address": lambda env=env, attachment=attachment: env["ir.binary"]._find_record(res_id=attachment.id),
                "chatter": lambda document=document: document.message_post(body="x"),
                "export": lambda document=document: document.export_data(["subject"]),
            }  # fmt: skip
            for name, way in ways.items():
                with self.subTest(way=name, person=person.user.login, document=paper.record.id):
                    self.assertEqual(self._is_let(way), expected)

    def draw_cases(self):
        """By chance, one person after the other: each is a new request, and what one has read is not read again by another."""
        readers = [person for person in self.people if person.reads]
        cases = [(self.random.choice(readers), self.random.choice(self.papers)) for _case in range(CASES)]
        return sorted(cases, key=lambda case: case[0].user.id)

    def _is_let(self, way):
        try:
            with self.env.cr.savepoint():
                way()
        except (AccessError, ValueError):
            return False
        return True

    def test_searching_along_relations_is_no_oracle(self):
        for person, _visible in self.for_everybody():
            hidden = [index for index, paper in enumerate(self.papers) if not self.sees(person, paper)]
            for index in self.random.sample(hidden, min(6, len(hidden))):
                env = self.ask_as(person)
                for model, paths in WAYS_TO_SUBJECTS.items():
                    for path in paths if env[model].has_access("read") else []:
                        try:
                            found = env[model].search_count([(path, "ilike", f"Тема-{index:03d}")])
                        except AccessError:
                            continue
                        self.assertFalse(found, f"{model} {path} {index}")
                for name, column in (("ir.attachment", "name"), ("mail.message", "body"), ("mail.activity", "summary")):
                    # Everybody keeps the own words.
                    own = [("author_id", "!=", person.user.partner_id.id)] if name == "mail.message" else []
                    self.assertFalse(env[name].search([(column, "ilike", f"-{index:03d}-клен"), *own]), name)

    def test_nothing_can_be_done_to_a_document_that_is_not_seen(self):
        for person, visible in self.for_everybody():
            hidden = [paper for paper in self.papers[1:] if paper.record.id not in visible]
            own = next((paper for paper in self.papers if paper.record.id in visible), self.papers[0])
            for paper in self.random.sample(hidden, min(3, len(hidden))):
                env = self.ask_as(person)
                document = env["oa.document"].browse(paper.record.id)
                acts = {
                    "read": lambda document=document: document.read(["subject"]),
                    "write": lambda document=document: document.write({"note": "x"}),
                    "post": lambda document=document: document.message_post(body="x"),
                    "log": lambda document=document: document.activity_schedule("mail.mail_activity_data_todo"),
                    "register": lambda document=document: document.action_register(),
                    "facts": lambda document=document: document.get_access_facts(),
                    "file": lambda document=document: document.action_add_file("x.pdf", "JVBERi0="),
                    "link": lambda env=env, paper=paper, own=own: env["oa.document.link"].create({
                        "document_id": own.record.id, "target_id": paper.record.id}),
                    "reply": lambda env=env, paper=paper: env["oa.document"].create({
                        "subject": "x", "kind_id": self.env.ref("oa_registry.oa_document_kind_memo").id, "reply_to_id": paper.record.id}),
                }  # fmt: skip
                for name, act in acts.items():
                    with self.subTest(name), self.assertRaises(UserError):
                        act()

    def test_whoever_does_not_see_a_document_is_not_written_to_under_it(self):
        for person, visible in self.for_everybody():
            hidden = [paper for paper in self.papers if paper.record.id not in visible]
            for paper in hidden[:2]:
                document = paper.record.with_user(self.keeper)
                if not document.has_access("read"):
                    continue
                with self.assertRaises(UserError):
                    document.message_post(body="Виж", partner_ids=person.user.partner_id.ids)
                document.sudo()._message_subscribe(person.user.partner_id.ids)
                message = document.message_post(body="Тайна", subtype_xmlid="mail.mt_comment")
                self.assertNotIn(person.user.partner_id, message.sudo().notified_partner_ids)
