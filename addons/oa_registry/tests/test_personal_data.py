from odoo import Command
from odoo.addons.mail.tools.discuss import Store
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import HttpCase, tagged, users

from .common import RegistryCase

SECRETS = ("7501020018", "rada@example.com", "+359 88 123 4567", "ул. Тиха 7", "3701")
MASK = "••••••"


@tagged("post_install", "-at_install")
class TestPersonalData(RegistryCase, HttpCase):
    """Without the right ЕГН, address, telephone and e-mail of natural persons are masked in every way of asking."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.applicant.write({
            "oa_personal_number": SECRETS[0], "phone": SECRETS[2], "street": SECRETS[3], "zip": SECRETS[4], "city": "Видин",
        })  # fmt: skip
        cls.firm = cls.env["res.partner"].create({
            "name": "Фирма ООД", "is_company": True, "email": "firm@example.com", "company_registry": "205117340",
        })  # fmt: skip
        cls.clerk.group_ids = [Command.link(cls.env.ref("oa_registry.oa_registry_group_personal_data").id)]
        (cls.clerk | cls.expert).group_ids = [Command.link(cls.env.ref("base.group_allow_export").id)]
        # Whoever writes contacts has more ways of asking.
        cls.expert.group_ids = [Command.link(cls.env.ref("base.group_partner_manager").id)]
        cls.document = cls.register(cls, cls.create_document(cls))
        cls.document._grant(cls.expert, "test")

    def ask(self, user):
        """Everything that can be asked about the person, as one text."""
        partner = self.applicant.with_user(user)
        names = ["name", "email", "email_normalized", "email_formatted", "phone", "phone_sanitized", "street", "zip", "contact_address"]
        names += ["contact_address_inline", "oa_personal_number_masked", "comment", "vat", "ref"]
        spec = {name: {} for name in names}
        document = self.document.with_user(user)
        people = {"correspondent_ids": {"fields": {"email": {}, "partner_id": {"fields": {"display_name": {}, "email": {}, "street": {}}}}}}
        answers = [
            partner.read(names),
            partner.web_read(spec),
            partner.search_read([("id", "=", partner.id)], names),
            partner.web_search_read([("id", "=", partner.id)], spec),
            partner.with_context(import_compat=False).export_data(["name", "email", "street", "phone", "contact_address"]),
            partner.with_context(show_address=True, show_email=True, show_vat=True).read(["display_name"]),
            partner.with_context(show_address=True, show_email=True).name_search("Рада"),
            partner.with_context(formatted_display_name=True, show_email=True).web_read({"display_name": {}}),
            partner.get_mention_suggestions("Рада"),
            partner._message_get_suggested_recipients_batch(),
            partner.copy_data(),
            partner.onchange({"parent_id": partner.id}, ["parent_id"], {"street": {}, "zip": {}, "parent_id": {}}),
            partner.formatted_read_group([("id", "=", partner.id)], ["email"], ["__count"]),
            partner.formatted_read_group([("id", "=", partner.id)], ["street"], ["phone:array_agg"]),
            document.web_read(people),
            document.with_context(import_compat=False).export_data(["correspondent_ids/email", "correspondent_ids/partner_id/street"]),
            document.correspondent_ids.read(["email", "display_name", "city"]),
        ]
        # Nothing that one question left in the cache may answer the next.
        self.env.invalidate_all()
        return str(answers)

    def test_without_the_right_nothing_personal_is_told(self):
        text = self.ask(self.expert)
        for secret in SECRETS:
            self.assertNotIn(secret, text)
        self.assertIn(MASK, text)
        self.assertIn("Рада Пробна", text)

    def test_with_the_right_everything_is_told(self):
        text = self.ask(self.clerk)
        for secret in SECRETS[1:4]:
            self.assertIn(secret, text)
        self.assertEqual(self.applicant.with_user(self.clerk).oa_personal_number, SECRETS[0])

    def receive(self):
        """A letter of the applicant under the document, as the mail gateway writes it."""
        return self.document.sudo().message_post(
            body="Кога ще е готово?", message_type="email", subtype_xmlid="mail.mt_comment", author_id=self.applicant.id,
            email_from="Рада Пробна <rada@example.com>", incoming_email_cc="sister@example.com",
        )  # fmt: skip

    def ask_about_letter(self, user, letter):
        message = letter.with_user(user)
        names = ["email_from", "reply_to", "incoming_email_cc"]
        answers = [
            message.read(names),
            message.web_read({name: {} for name in names}),
            message.search_read([("id", "=", letter.id)], names),
            message.formatted_read_group([("id", "=", letter.id)], ["email_from"], ["__count"]),
            Store().add(message).get_result(),
            message.search_count([("id", "=", letter.id), ("email_from", "ilike", "rada@")]),
        ]
        self.env.invalidate_all()
        return str(answers[:-1]), answers[-1]

    def test_the_address_of_whoever_wrote_by_e_mail_is_masked_too(self):
        letter = self.receive()
        text, found = self.ask_about_letter(self.expert, letter)
        self.assertNotIn("rada@", text)
        self.assertNotIn("sister@", text)
        self.assertIn("Кога ще е готово?", text)
        self.assertFalse(found)
        text, found = self.ask_about_letter(self.clerk, letter)
        self.assertIn("rada@example.com", text)
        self.assertTrue(found)
        self.assertEqual(letter.sudo().email_from, "Рада Пробна <rada@example.com>")

    def test_what_is_pushed_to_others_holds_no_address_even_when_its_cause_may_see_it(self):
        letter = self.receive().with_user(self.clerk)
        pushed = Store(bus_channel=self.expert).add(letter).get_result()
        self.assertNotIn("rada@", str(pushed))

    def test_the_order_of_asking_leaves_nothing_in_the_cache(self):
        expert_view = self.applicant.with_user(self.expert)
        self.assertEqual(self.applicant.sudo().email, "rada@example.com")
        self.assertEqual(expert_view.read(["email"])[0]["email"], MASK)
        self.assertEqual(self.applicant.sudo().email, "rada@example.com")
        self.env.invalidate_all()
        expert_view.read(["email"])
        self.assertEqual(self.applicant.sudo().email, "rada@example.com")
        with_email = expert_view.with_context(show_email=True)
        self.assertEqual(with_email.sudo().display_name, "Рада Пробна")

    def test_searching_ordering_and_grouping_are_no_oracle(self):
        partner_model = self.env["res.partner"].with_user(self.expert)
        for name, value in (("email", "rada"), ("phone", "123"), ("street", "Тиха"), ("zip", "3701"), ("display_name", "rada@")):
            with self.subTest(name):
                self.assertNotIn(self.applicant, partner_model.search([(name, "ilike", value)]))
                self.assertIn(self.applicant, partner_model.with_user(self.clerk).search([(name, "ilike", value)]))
        documents = self.env["oa.document"].with_user(self.expert)
        self.assertFalse(documents.search([("correspondent_ids.partner_id.email", "ilike", "rada")]))
        self.assertNotIn(self.applicant, partner_model.search([("phone_mobile_search", "ilike", "881234567")]))
        groups = partner_model.formatted_read_group([("id", "=", self.applicant.id)], ["email"], ["__count"])
        self.assertFalse(groups[0]["email"])

    def test_the_personal_number_is_neither_read_nor_searched_nor_grouped_without_the_right(self):
        partner_model = self.env["res.partner"].with_user(self.expert)
        asks = (
            lambda: self.applicant.with_user(self.expert).read(["oa_personal_number"]),
            lambda: partner_model.search([("oa_personal_number", "=", SECRETS[0])]),
            lambda: partner_model.search([], order="oa_personal_number"),
            lambda: partner_model.formatted_read_group([], ["oa_personal_number"], ["__count"]),
            lambda: partner_model.with_context(import_compat=False).browse(self.applicant.id).export_data(["oa_personal_number"]),
            lambda: (
                self.env["oa.document"]
                .with_user(self.expert)
                .search([("correspondent_ids.partner_id.oa_personal_number", "=", SECRETS[0])])
            ),
        )
        for number, ask in enumerate(asks):
            with self.subTest(number), self.assertRaises(AccessError):
                ask()
        self.assertEqual(partner_model.with_user(self.clerk).search([("oa_personal_number", "=", SECRETS[0])]), self.applicant)

    def test_colleagues_organisations_and_their_contacts_are_not_masked(self):
        contact = self.env["res.partner"].create({"name": "Служител", "parent_id": self.firm.id, "email": "contact@example.com"})
        for partner in (self.firm, contact, self.clerk.partner_id):
            email = partner.sudo().email
            with self.subTest(partner.name):
                self.assertEqual(partner.with_user(self.expert).read(["email"])[0]["email"], email)

    def test_whoever_gets_an_account_is_a_colleague_and_not_a_natural_person_any_more(self):
        partner = self.env["res.partner"].create({"name": "Нов Колега", "email": "nov@example.com"})
        self.assertTrue(partner.oa_is_personal)
        self.env["res.users"].create({"login": "nov", "partner_id": partner.id})
        self.assertFalse(partner.oa_is_personal)

    def test_masked_data_is_not_overwritten_by_those_who_do_not_see_it(self):
        for vals in ({"email": MASK}, {"street": "x"}, {"oa_personal_number": "7501020018"}):
            with self.subTest(vals), self.assertRaises(AccessError):
                self.applicant.with_user(self.expert).write(vals)

    def test_old_and_new_addresses_in_the_chatter_follow_the_right(self):
        self.flush_tracking()
        self.applicant.with_user(self.clerk).email = "new@example.com"
        self.flush_tracking()
        values = self.env["mail.tracking.value"].search([
            ("mail_message_id.res_id", "=", self.applicant.id), ("mail_message_id.model", "=", "res.partner"),
        ])  # fmt: skip
        self.assertTrue(values)
        for user, is_seen in ((self.expert, False), (self.clerk, True)):
            self.assertEqual(bool(values._filter_has_field_access(self.env(user=user))), is_seen)

    def flush_tracking(self):
        self.env.flush_all()
        self.cr.flush()

    def test_the_business_card_of_a_person_is_not_downloaded(self):
        self.authenticate("test.expert", "test.expert")
        answer = self.url_open(f"/web/partner/vcard?partner_ids={self.applicant.id}")
        self.assertNotIn("rada@example.com", answer.text)

    def test_letters_still_reach_people_when_the_sender_does_not_see_the_address(self):
        dispatch = self.env["oa.dispatch"].create({"document_id": self.document.id, "partner_id": self.applicant.id})
        self.assertEqual(dispatch.with_user(self.expert).email, MASK)
        self.assertIn("rada@example.com", dispatch.with_user(self.expert)._prepare_mail_vals()["email_to"])

    def test_a_wrong_number_is_refused_with_a_sentence(self):
        for number in ("7501020017", "1234567890", "abc"):
            with self.subTest(number), self.assertRaisesRegex(ValidationError, "neither a valid"):
                self.applicant.oa_personal_number = number
        with self.assertRaisesRegex(ValidationError, "belong to persons"):
            self.firm.oa_personal_number = "7501020018"
        with self.assertRaisesRegex(ValidationError, "not a valid ЕИК"):
            self.firm.company_registry = "205117341"
        for number in ("000133634", "000320534"):
            self.firm.company_registry = number

    @users("test.clerk")
    def test_the_clerk_finds_a_person_by_the_number(self):
        self.assertEqual(self.env["res.partner"].search([("oa_personal_number", "=", "7501020018")]), self.applicant)
