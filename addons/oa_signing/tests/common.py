"""The cast: a signer, a second signer, a colleague who only reads, an overseer of queues, an administrator of signatures; dummy ports."""

import base64
from io import BytesIO

from odoo.tests import TransactionCase, new_test_user
from reportlab.pdfgen.canvas import Canvas

from ..adapters.dummy import PIN, DummyAuthority, DummyCard, DummyDocuments, DummyRevocation, DummyTimestamps, DummyTokens
from ..core.specs import Level, SignatureFormat, SignatureSpec, SignerIdentity

GROUP = "oa_signing.oa_signing_group_"


class SigningCase(TransactionCase):
    """People with the lowest rights and ports that need no service; other addons may use it for their own tests."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.use_dummy_ports()
        cls.signer = cls.make_person("radostina", "Радостина Ангелова", GROUP + "signer")
        cls.second_signer = cls.make_person("maya", "Мая Йорданова", GROUP + "signer")
        cls.colleague = cls.make_person("plamen", "Пламен Вълчев", "base.group_user")
        cls.overseer = cls.make_person("stanka", "Станка Регистрова", GROUP + "overseer")
        cls.administrator = cls.make_person("boyko", "Бойко Юруков", GROUP + "administrator")
        cls.give_key(cls.signer)
        cls.give_key(cls.second_signer)

    @classmethod
    def use_dummy_ports(cls):
        """Replace the composition root for the tests of this class."""
        authority = cls.authority = DummyAuthority()
        cls.tokens = DummyTokens(authority)
        cls.timestamps = DummyTimestamps(authority)
        cls.revocation = DummyRevocation(authority)
        documents = cls.documents = DummyDocuments(authority, cls.timestamps, cls.revocation)
        ports = cls.registry["oa.signing.ports"]
        cls.classPatch(ports, "_get_token", lambda self: cls.tokens)
        cls.classPatch(ports, "_get_documents", lambda self: documents)
        cls.classPatch(ports, "_get_trust", lambda self: authority)

    @classmethod
    def make_person(cls, login, name, groups):
        return new_test_user(cls.env, login=login, name=name, groups=groups, tz="Europe/Sofia")

    @classmethod
    def give_key(cls, user):
        keys, _proposed = cls.env["oa.signing.key"]._import_keys([cls.tokens.add(user.login, user.name, f"PNOBG-{user.id:010}")])
        return keys

    @classmethod
    def give_card(cls, user, curve=None):
        """A card of the person with another certificate than the one on the server."""
        return DummyCard(cls.authority, user.name, f"PNOBG-{user.id:010}", curve)

    def make_file(self, owner=None, name="Заповед № 45.pdf", data=None, signers=()):
        vals = {"file_name": name, "data": base64.b64encode(make_pdf() if data is None else data)}
        vals["signer_ids"] = [user.id for user in signers]
        return self.env["oa.signing.file"].with_user(owner or self.signer).create(vals)

    def sign(self, records, pin=PIN):
        return records._sign_with_pin(pin)

    def open_dialog(self, records):
        """The request behind the dialog, prepared for the person's own key."""
        action = records.action_sign()
        request = self.env["oa.signature.request"].with_user(records.env.user).browse(action["params"]["request_id"])
        request.action_prepare(request.get_dialog_data()["key_id"])
        return request

    def complete(self):
        """What the cron does."""
        self.run_cron("oa_signing.oa_signature_pending_cron")

    def run_cron(self, name):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(name).method_direct_trigger()
        self.env.invalidate_all()


def make_pdf(text="Certificate", password=None):
    buffer = BytesIO()
    canvas = Canvas(buffer, encrypt=password, pageCompression=0)
    canvas.drawString(100, 700, text)
    canvas.save()
    return buffer.getvalue()


class Outsider:
    """Somebody outside who signs what comes in, and the engine that trusts the issuer of the card."""

    def __init__(self):
        authority = DummyAuthority()
        self.documents = DummyDocuments(authority, DummyTimestamps(authority), DummyRevocation(authority))
        self._card = DummyCard(authority, "Деян Заявителски", "PNOBG-8001014509")

    def sign(self, data, kind="pades"):
        spec = SignatureSpec(format=SignatureFormat(kind), level=Level.T, placement="", file_name="Заявление.pdf")
        prepared = self.documents.prepare(data, spec, SignerIdentity(self._card.certificate))
        return self.documents.finish(data, prepared.state, self._card.sign(prepared.to_be_signed.octets)).data
