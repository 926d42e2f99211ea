from lxml.html import fromstring
from odoo import fields, models
from odoo.tools import is_html_empty

from ..core.template_fields import LATE_FIELDS, make_mark


class OaDocument(models.Model):
    """What the fields of a template stand for: plain words, so that a template reaches nothing else."""

    _inherit = "oa.document"

    def _get_template_values(self):
        self.ensure_one()
        # Letterhead, signer and recipients are printed on the page, whoever fills it.
        document_sudo = self.sudo().with_context(lang="bg_BG")
        return {
            **{name: make_mark(name) for name in LATE_FIELDS},
            **document_sudo._get_own_values(),
            **document_sudo._get_recipient_values(),
            **document_sudo._get_answered_values(),
            **document_sudo._get_company_values(),
            **document_sudo._get_people_values(),
        }

    def _get_own_values(self):
        return {
            "относно": self.subject or "",
            "вид": self.kind_id.name or "",
            "текст": "\n".join(_to_lines(self.body_html)),
            "абзаци": _to_lines(self.body_html),
            "ваш_номер": self.sender_number or self.reply_to_id.sender_number or "",
            "ваша_дата": _to_day(self.sender_date or self.reply_to_id.sender_date),
            "преписка": self.case_id.name or "",
            "срок": _to_day(self.due_on),
            "днес": _to_day(fields.Date.context_today(self.with_context(tz="Europe/Sofia"))),
            "приложения": [{"име": item.name, "листа": str(item.sheet_count or "")} for item in self.enclosure_ids],
        }

    def _get_recipient_values(self):
        people = [
            {"име": partner.name or "", "адрес": _to_address(partner), "поща": partner.email or ""}
            for partner in self.correspondent_ids.partner_id
        ]
        return {
            "получатели": people,
            "получател": ", ".join(person["име"] for person in people),
            "адрес_на_получателя": people[0]["адрес"] if people else "",
        }

    def _get_answered_values(self):
        answered = self.reply_to_id
        return {
            "наш_номер": answered.number or "",
            "наша_дата": answered._format_registered_on() if answered else "",
            "наше_относно": answered.subject or "",
            "заявител": answered.correspondent_name or "",
        }

    def _get_company_values(self):
        company = self.company_id
        return {
            "администрация": company.name or "",
            "град": company.city or "",
            "адрес": _to_address(company),
            "телефон": company.phone or "",
            "поща": company.email or "",
        }

    def _get_people_values(self):
        # Their positions are printed on the page.
        signer, author = self._find_signer().sudo(), self.author_id
        return {
            "подписващ": signer.name or "",
            "длъжност_на_подписващия": signer.employee_id.job_title or "",
            "автор": author.name or "",
            "длъжност_на_автора": author.employee_id.job_title or "",
            "звено": author.employee_id.department_id.name or "",
        }


def _to_day(day):
    return f"{day:%d.%m.%Y}" if day else ""


def _to_address(place):
    town = " ".join(filter(None, (place.zip, place.city)))
    return ", ".join(filter(None, (place.street, town)))


def _to_lines(html):
    """The paragraphs of a text; the breaks of its source are no lines."""
    if is_html_empty(html):
        return []
    root = fromstring(f"<div>{html}</div>")
    blocks = [block for block in root.iter("p", "li", "h1", "h2", "h3", "td", "th", "blockquote") if block.text_content().strip()]
    return [" ".join(block.text_content().split()) for block in blocks or [root]]
