"""The addresses of files, previews and printed pages, asked over HTTP by everybody, against the oracle."""

from odoo.addons.oa_registry.tests.common import PDF
from odoo.tests import HttpCase, tagged

from .access_world import AccessWorld

CASES, SHOWN, HIDDEN = 200, 2, 3
"""Of the two hundred random cases each person asks so many: documents that the person sees, and documents that the person does not see."""
FILES = (
    "/web/content/{attachment}",
    "/web/content/{attachment}/x.pdf",
    "/web/content/ir.attachment/{attachment}/raw",
    "/web/content?model=ir.attachment&id={attachment}&field=datas",
    "/web/image/{attachment}",
    "/web/image/ir.attachment/{attachment}/raw",
    "/oa/file/{file}",
    "/oa/file/{file}?download=1",
)
"""Each gives the bytes of the file."""
PAGES = ("/oa/file/{file}/text", "/oa_docflow/document/{document}/acts")
NOT_FOR_EACH = ("/oa/document/{document}/uri", "/oa_docflow/document/{document}/compare")
"""Only what has a number, or two versions, has something to show there."""
PRINTS = (
    "/oa_docflow/document/{document}/preview",
    "/oa_docflow/document/{document}/approval_sheet",
    "/oa_docflow/document/{document}/acquaintance",
    "/oa/document/{document}/trail",
)
"""Made anew for each question: each person asks one of a document that is seen, and all of those that are not."""
REDIRECTS = ("/mail/view?model=oa.document&res_id={document}", "/mail/message/{message}", "/odoo/document/{document}")


@tagged("post_install", "-at_install")
class TestAccessAddresses(AccessWorld, HttpCase):
    def draw_cases(self, person):
        """Out of two hundred random cases those of this person, the seen and the unseen ones apart."""
        papers = [self.random.choice(self.papers) for _case in range(CASES // 4)]
        seen = {paper.record.id: paper for paper in papers if self.sees(person, paper)}
        unseen = {paper.record.id: paper for paper in papers if not self.sees(person, paper)}
        return list(seen.values())[:SHOWN], list(unseen.values())[:HIDDEN]

    def list_places(self, paper):
        record = paper.record.sudo()
        file = record.file_ids[:1]
        message = record.message_ids.filtered(lambda message: "Бележка" in (message.body or ""))[:1]
        return {"document": record.id, "file": file.id, "attachment": file.attachment_id.id, "message": message.id}

    def ask(self, address, places):
        return self.url_open(address.format(**places), allow_redirects=False)

    def assert_tells_nothing(self, answer, paper, address):
        secrets = (PDF, paper.record.sudo().subject.encode(), paper.record.sudo().file_ids[:1].name.encode())
        for secret in secrets:
            self.assertNotIn(secret, answer.content, address)
        self.assertNotIn("Файл-", answer.headers.get("Content-Disposition", ""), address)

    def test_every_address_gives_what_is_seen_and_nothing_else(self):
        for number, person in enumerate(self.people):
            seen, unseen = self.draw_cases(person)
            self.assertTrue(unseen or person.user == self.keeper, person.user.login)
            self.authenticate(person.user.login, person.user.login)
            for paper in seen:
                self.check_given(person, paper, FILES, PAGES)
            for paper in seen[:1]:
                self.check_given(person, paper, (), [PRINTS[number % len(PRINTS)]])
            for paper in unseen:
                self.check_refused(person, paper)

    def check_given(self, person, paper, files, pages):
        places = self.list_places(paper)
        for address in files:
            with self.subTest(person=person.user.login, address=address, document=paper.record.id):
                answer = self.ask(address, places)
                self.assertEqual((answer.status_code, answer.content), (200, PDF))
        for address in pages:
            with self.subTest(person=person.user.login, address=address, document=paper.record.id):
                self.assertLess(self.ask(address, places).status_code, 400)

    def check_refused(self, person, paper):
        places = self.list_places(paper)
        for address in (*FILES, *PAGES, *NOT_FOR_EACH, *PRINTS):
            with self.subTest(person=person.user.login, address=address, document=paper.record.id):
                answer = self.ask(address, places)
                self.assert_tells_nothing(answer, paper, address)
                # An image that may not be seen is answered with a grey picture, which says nothing either.
                if not address.startswith("/web/image"):
                    self.assertIn(answer.status_code, (403, 404))
        for address in REDIRECTS:
            with self.subTest(person=person.user.login, address=address, document=paper.record.id):
                self.assert_tells_nothing(self.ask(address, places), paper, address)

    def test_a_visitor_gets_no_file(self):
        self.authenticate(None, None)
        for paper in self.papers[:3]:
            places = self.list_places(paper)
            for address in (*FILES, *PAGES, *PRINTS, *REDIRECTS):
                with self.subTest(address=address):
                    self.assert_tells_nothing(self.ask(address, places), paper, address)

    def test_an_address_with_the_token_of_another_attachment_gives_nothing(self):
        person = next(person for person in self.people if person.user == self.colleague)
        seen, unseen = self.draw_cases(person)
        token = seen[0].record.sudo().file_ids[:1].attachment_id.generate_access_token()[0]
        self.authenticate(person.user.login, person.user.login)
        for paper in unseen:
            answer = self.ask("/web/content/{attachment}?access_token=" + token, self.list_places(paper))
            self.assert_tells_nothing(answer, paper, "token")
