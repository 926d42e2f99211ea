from odoo import models

from ..core.policy import mask_identifier


class OaSignatureCheck(models.Model):
    """What is said of each signature, as pairs of label and value; the page and the report have the same ones."""

    _inherit = "oa.signature.check"

    def _list_details(self, item):
        """Pairs for one signature of the report; earlier checks know less, so what is empty is left out."""
        pairs = (
            (self.env._("Kind"), self._name_kind(item)),
            # Checks of earlier versions kept the whole number.
            (self.env._("Identifier"), mask_identifier(item.get("signer_serial") or "")),
            (self.env._("Certificate issued by"), item["issuer_name"]),
            (self.env._("Trusted service"), item.get("listed_service")),
            (self.env._("In the capacity of"), "; ".join(item.get("claimed_roles") or [])),
            (self.env._("Format and level"), self._name_format(item)),
            (self.env._("Algorithm"), item.get("algorithm")),
            (self.env._("Time"), self._name_time(item)),
            (self.env._("Revocation"), self._name_revocation(item)),
            (self.env._("After the signature"), self._name_changes(item)),
            (self.env._("Note"), " ".join(self._name_note(note) for note in item.get("notes") or [])),
        )
        return [(label, value) for label, value in pairs if value]

    def _name_kind(self, item):
        kind, grade = item.get("kind"), item.get("grade")
        if kind == "timestamp":
            is_qualified = item.get("is_time_qualified")
            return self.env._("qualified electronic time stamp") if is_qualified else self.env._("electronic time stamp")
        device = self.env._("the key is in a qualified device") if item.get("has_qscd") else ""
        return ", ".join(filter(None, [self._name_grade(kind, grade), device]))

    def _name_grade_of(self, signature):
        """What the law calls this signature, with a capital letter; empty when no check has said so."""
        items = (self.report or {}).get("signatures", [])
        own = [item for item in items if item["field_name"] == signature.field_name] or items[:1]
        name = self._name_grade(own[0].get("kind"), own[0].get("grade")) if own else ""
        return name[:1].upper() + name[1:]

    def _name_grade(self, kind, grade):
        if kind == "seal":
            names = {
                "qualified": self.env._("qualified electronic seal"),
                "advanced_qc": self.env._("advanced electronic seal with a qualified certificate"),
                "advanced": self.env._("advanced electronic seal"),
            }
            return names.get(grade) or self.env._("electronic seal")
        names = {
            "qualified": self.env._("qualified electronic signature"),
            "advanced_qc": self.env._("advanced electronic signature with a qualified certificate"),
            "advanced": self.env._("advanced electronic signature"),
        }
        name = names.get(grade) or (self.env._("electronic signature") if kind else "")
        return self.env._("countersignature: %(name)s", name=name) if kind == "countersignature" else name

    def _name_format(self, item):
        names = dict(self.env["oa.signature"]._fields["format"]._description_selection(self.env))
        return ", ".join(filter(None, [names.get(item.get("format")), item["level"]]))

    def _name_time(self, item):
        if not item["timestamp_at"]:
            moment = self._format(item["claimed_at"]) if item["claimed_at"] else ""
            return self.env._("%(moment)s by the signer's clock, not proved", moment=moment) if moment else ""
        moment, is_qualified = self._format(item["timestamp_at"]), item.get("is_time_qualified")
        if item.get("time_source") == "document_timestamp":
            if is_qualified:
                return self.env._("%(moment)s, proved by a qualified timestamp over the file", moment=moment)
            return self.env._("%(moment)s, proved by a timestamp over the file", moment=moment)
        if is_qualified:
            return self.env._("%(moment)s, proved by a qualified timestamp", moment=moment)
        return self.env._("%(moment)s, proved by a timestamp", moment=moment)

    def _name_revocation(self, item):
        if not item.get("revocation_source"):
            return ""
        sources = {
            "ocsp": self.env._("the provider answered (OCSP)"),
            "crl": self.env._("list of the provider (CRL)"),
            "ocsp_file": self.env._("answer of the provider kept in the file (OCSP)"),
            "crl_file": self.env._("list of the provider kept in the file (CRL)"),
        }
        source, moment = sources[item["revocation_source"]], self._format(item["revocation_at"])
        return self.env._("%(what)s of %(moment)s", what=source, moment=moment)

    def _name_changes(self, item):
        names = {
            "signatures": self.env._("further signatures"),
            "form": self.env._("filled-in fields"),
            "validation_data": self.env._("data for later checks and timestamps"),
            "annotations": self.env._("notes on the pages"),
            "content": self.env._("changed content"),
        }
        return ", ".join(names[change] for change in item.get("changes") or [])

    def _name_note(self, note):
        code, _space, word = note.partition(" ")
        notes = {
            "no_trust_list": self.env._(
                "The certificate calls itself qualified; no trusted list is here to confirm it. The administrator imports the list."
            ),
            "not_listed": self.env._(
                "The certificate calls itself qualified, and the trusted list did not confirm it at the time of signing."
            ),
            "trust_list_outdated": self.env._(
                "The trusted list of %(territory)s is out of date: whom it would withdraw today is not known. "
                "The administrator imports the newest one, then the file is checked again.",
                territory=word,
            ),
            "ca_revocation_stored": self.env._(
                "Judged without the network by what is kept in the file; nobody was asked whether the certificate of the issuer "
                "was revoked later."
            ),
            "revocation_not_answered": self.env._("Nobody said whether the certificate is revoked; the policy lets that pass."),
        }
        return notes.get(code, note)
