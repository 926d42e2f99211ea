"""The clerk's desk of one administration: what people bring, scanned and filled in, not registered yet."""

from datetime import timedelta
from itertools import cycle

from odoo.fields import Command, Datetime

from . import citizens, scans

CERTIFICATE = "удостоверение за наличие или липса на акт за държавна собственост за "
ENCLOSURES = (
    ("Скица", "Скица на поземлен имот"),
    ("Нотариален акт", "Препис от нотариален акт за собственост на недвижим имот."),
)
OWN_WORK = ("assigned", "reported")


class Desk:
    def __init__(self, company, clerk):
        self.company = company
        self.documents = company.env["oa.document"].with_user(clerk).with_company(company)
        self.render = self.documents._render_pdf
        self.people, self.firms, self.letters = cycle(citizens.CITIZENS), cycle(citizens.COMPANIES), cycle(citizens.LETTERS)
        self.enclosures = {}

    def receive(self, stage, number):
        """An application or a letter, as fits the stage that it will reach."""
        is_letter = stage == "reported" or (stage in ("registered", "assigned") and number % 2)
        return self._receive_letter(number) if is_letter else self._receive_application(number)

    def _receive_application(self, number):
        person = next(self.people)
        wish = CERTIFICATE + citizens.PROPERTIES[number % 5].format(n=100 + number * 7)
        document = self._create(person, number, {"kind": "application_1972", "role": "applicant", "subject": f"Заявление за {wish}"})
        document._add_file("Заявление.pdf", scans.make_application(self.render, person, self.company.name, wish), "main")
        for title, text in ENCLOSURES:
            document._add_file(f"{title}.pdf", self._get_enclosure(title, text), "attachment")
        return document

    def _receive_letter(self, number):
        firm, subject = next(self.firms), next(self.letters)
        document = self._create(firm, number, {"kind": "letter_in", "role": "sender", "subject": subject})
        document._add_file("Писмо.pdf", scans.make_letter(self.render, firm[0], subject, self.company.name), "main")
        return document

    def _create(self, person, number, what):
        correspondent = {"partner_id": self._find_partner(*person).id, "role": what["role"]}
        return self.documents.create({
            "kind_id": self.documents.env.ref(f"oa_registry.oa_document_kind_{what['kind']}").id,
            "company_id": self.company.id,
            "subject": what["subject"],
            "carrier": "paper",
            "sheet_count": 1 + number % 3,
            "received_channel": "desk",
            "received_at": Datetime.now() - timedelta(days=(number * 3) % 14, hours=number % 5),
            "correspondent_ids": [Command.create(correspondent)],
        })  # fmt: skip

    def _find_partner(self, name, street, email):
        partners_sudo = self.company.env["res.partner"].sudo()
        vals = {"name": name, "street": street, "city": self.company.city, "zip": self.company.zip, "email": email, "lang": "bg_BG"}
        return partners_sudo.search([("email", "=", email)], limit=1) or partners_sudo.create(vals)

    def _get_enclosure(self, title, text):
        if title not in self.enclosures:
            self.enclosures[title] = scans.make_attachment(self.render, title, text)
        return self.enclosures[title]
