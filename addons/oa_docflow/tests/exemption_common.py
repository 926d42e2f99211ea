from base64 import b64encode

from odoo.fields import Command, Date

from .common import DocflowCase


class ExemptionCase(DocflowCase):
    """An administration whose Secretary General keeps the register of exemptions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.opinion = b64encode(cls.env["oa.document"]._render_pdf("<p>Становище</p>", "Становище"))
        cls.apostille, cls.property_act, cls.letter = (
            cls.env.ref(f"oa_registry.oa_document_kind_{kind}") for kind in ("apostille", "property_act", "cover_letter")
        )
        cls.municipality = cls.env["res.partner"].create({"name": "Община Тестово", "is_company": True, "email": "obshtina@mail.example"})

    def write_exemption(self, kinds, parts, **vals):
        return self.as_(self.secretary, self.env["oa.exemption"]).create({
            "name": "Удостоверяване с апостил", "company_id": self.company.id, "kind_ids": [Command.set(kinds.ids)],
            "legal_ground": "Хагска конвенция", "electronic_steps": "Регистриране и образ", "responsible_id": self.secretary.id,
            "request_number": "ТС-1", "request_on": "2026-01-10", **{f"is_{part}_exempt": True for part in parts}, **vals,
        })  # fmt: skip

    def agree(self, exemption, result="agreed", **vals):
        exemption.action_request()
        exemption.write({
            "opinion_number": "МЕУ-1", "opinion_on": "2026-02-01", "opinion_result": result, "opinion_file": self.opinion,
            "opinion_file_name": "opinion.pdf", "date_from": Date.to_date("2026-02-01"), **vals,
        })  # fmt: skip
        exemption.action_enter_opinion()
        return exemption

    def exempt(self, kinds, parts, **vals):
        return self.agree(self.write_exemption(kinds, parts), **vals)

    def write_on_paper(self, kind, partner=None, with_image=True, **vals):
        document = self.as_(self.clerk, self.env["oa.document"]).create({
            "kind_id": kind.id, "company_id": self.company.id, "subject": "На хартия", "carrier": "paper",
            "correspondent_ids": [Command.create({"partner_id": (partner or self.applicant).id, "role": "recipient"})], **vals,
        })  # fmt: skip
        if with_image:
            document._add_file("Образ.pdf", document._render_pdf("<p>Образ</p>", "Образ"), "main")
        return document
