from odoo import models
from odoo.exceptions import UserError
from odoo.tools.misc import format_datetime

from ..core import evidence_steps
from ..core.errors import SigningError
from ..core.evidence_package import make_package
from ..core.slip import Slip, draw_slip
from ..core.specs import SignatureFormat


class OaSignature(models.Model):
    """A page that says who signed what, and a package to check it without us. Nothing of it is stored."""

    _inherit = "oa.signature"

    def action_slip(self):
        return self._offer("slip")

    def action_evidence(self):
        return self._offer("evidence")

    def _offer(self, what):
        self.ensure_one()
        self._check_record_readable()
        return {"type": "ir.actions.act_url", "url": f"/oa_signing/{what}/{self.id}", "target": "download"}

    def _make_slip(self):
        """PDF of the page, in the language of who asks."""
        self.ensure_one()
        self._check_record_readable()
        # Whoever may read the document may read who signed it, with which certificate.
        return draw_slip(self.sudo()._prepare_slip())

    def _prepare_slip(self):
        certificate, check = self.certificate_id, self._get_last_check()
        who = (
            (self.env._("Signer"), self.signer_name),
            (self.env._("User account"), self.user_id.name),
            (self.env._("Administration"), self.company_id.name),
            (self.env._("Capacity and step"), self._get_capacity()),
            (self.env._("Kind"), self.env._("Electronic seal") if self.is_seal else self.env._("Electronic signature")),
        )
        what = (
            (self.env._("Document"), self.record_name),
            (self.env._("File"), self.file_name),
            (self.env._("SHA-256 before signing"), self.payload_digest),
            (self.env._("Signed digest"), self.document_digest),
            (self.env._("SHA-256 of the signed file"), self._get_current().signed_digest),
        )
        when = (
            (self.env._("Signed"), self._format_moment(self.signed_at)),
            (self.env._("Proved time"), self._format_moment(self.timestamp_at)),
            (self.env._("Level"), f"{dict(self._fields['format']._description_selection(self.env))[self.format]} {self.level}"),
        )
        with_what = (
            # The personal number stands in the certificate; who holds this page need not have it.
            (self.env._("Holder"), certificate.name),
            (self.env._("Organisation"), certificate.organisation or ""),
            (self.env._("Issuer"), certificate.issuer),
            (self.env._("Serial number"), certificate.serial),
            (self.env._("Valid"), f"{self._format_moment(certificate.valid_from)} – {self._format_moment(certificate.valid_to)}"),
            (self.env._("Qualified"), self.env._("yes") if certificate.is_qualified else self.env._("no")),
            (self.env._("SHA-256 fingerprint"), certificate.fingerprint),
        )
        verdict = dict(check._fields["outcome"]._description_selection(self.env)).get(check.outcome, self.env._("Not checked yet"))
        checked = (
            (self.env._("Outcome"), verdict),
            (self.env._("Checked"), self._format_moment(check.checked_at)),
            (self.env._("Reasons"), check.reasons or ""),
        )
        sections = (
            (self.env._("Who"), who),
            (self.env._("What"), what),
            (self.env._("When"), when),
            (self.env._("Certificate"), with_what),
            (self.env._("Last check"), checked),
        )
        footer = self.env._("This page tells what the system recorded about the signature. The proof is in the signed file itself.")
        return Slip(self.env._("Slip of a signature"), self.record_name, sections, footer, self._get_check_address())

    def _get_last_check(self):
        return self.check_ids.sorted("id")[-1:]

    def _get_capacity(self):
        """In which step and capacity it was signed."""
        record = self._get_record()
        words = [record._get_signing_capacity(self) if record else "", *(self.claimed_roles or "").splitlines()]
        return ", ".join(filter(None, words))

    def _get_check_address(self):
        record = self._get_record()
        code = record._get_check_code() if record else ""
        return f"{self.env['oa.signature.request']._get_check_base()}/{code}" if code else ""

    def _format_moment(self, moment):
        zone = self.env.user.tz or "Europe/Sofia"
        return format_datetime(self.env, moment, tz=zone, dt_format="dd.MM.yyyy HH:mm:ss") if moment else ""

    def _make_evidence(self):
        """Bytes of the package; what lies in the file is taken out by the document service."""
        self.ensure_one()
        slip, data = self._make_slip(), self._get_data()
        if self.format != "pades":
            # Whoever may read the document may read how it was checked.
            return self.sudo()._make_loose_evidence(slip, data)
        try:
            extracted = self.env["oa.signing.ports"]._get_documents().extract(data)
        except SigningError as error:
            raise UserError(self.env["oa.signing.messages"]._explain(error)) from error
        if not extracted.files["certificates-roots.pem"]:
            # A signature that is not complete yet holds no root, and the programs want one.
            extracted.files["certificates-roots.pem"] = self._get_roots()
        own = {"signed.pdf": data, "slip.pdf": slip}
        if original := self._find_original(data):
            own["original.pdf"] = original
        # Whoever may read the document may read how it was checked.
        report = self.sudo()._prepare_report()
        return make_package(own, extracted, report, f"{self.record_name}\n{self.signer_name}, {self._format_moment(self.signed_at)}")

    def _make_loose_evidence(self, slip, data):
        """The package of a signature beside its file, in an XML or in a container."""
        kind = SignatureFormat(self.format)
        files = {
            **evidence_steps.name_files(kind, self.file_name, data, self._get_original()),
            "slip.pdf": slip,
            "signer.pem": self.certificate_id.pem.encode(),
            # The programs want a file with something in it, also when the root issued the certificate itself.
            "certificates-others.pem": (self.certificate_id.pem + (self.certificate_id.chain_pem or "")).encode(),
            "certificates-roots.pem": self._get_roots(),
        }
        summary = f"{self.record_name}\n{self.signer_name}, {self._format_moment(self.signed_at)}"
        return evidence_steps.make_package(kind, files, self._prepare_report(), summary)

    def _get_roots(self):
        roots = [root.dump() for root in self.env["oa.signing.ports"]._get_trust().get_roots()]
        return self.env["oa.certificate"]._to_pem(roots).encode()

    def _find_original(self, data):
        """The beginning of the signed file that is the file before signing."""
        place = 0
        while (place := data.find(b"%%EOF", place)) >= 0:
            place += len(b"%%EOF")
            for end in range(place, min(place + 3, len(data) + 1)):
                if self._compute_digest(data[:end]) == self.payload_digest:
                    return data[:end]
        return b""

    def _prepare_report(self):
        check = self._get_last_check()
        return {
            "signature": {
                "document": self.record_name,
                "file": self.file_name,
                "field": self.field_name,
                "signer": self.signer_name,
                "signed_at": self.signed_at.isoformat(),
                "proved_at": self.timestamp_at.isoformat() if self.timestamp_at else "",
                "level": self.level,
                "sha256_before": self.payload_digest,
                "signed_digest": self.document_digest,
                "certificate_sha256": self.certificate_id.fingerprint,
            },
            "check": {
                "checked_at": check.checked_at.isoformat() if check else "",
                "outcome": check.outcome or "",
                "reasons": (check.reasons or "").splitlines(),
                "report": check.report or {},
            },
        }

    def _get_file_stem(self):
        return f"{self.file_name.removesuffix('.pdf')}-{self.id}"
