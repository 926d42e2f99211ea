"""The main job without a browser, as far as a test needs it: each act by the person whose it is, over JSON-RPC."""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import Any

from rpc import Client, read_pin

ROOT = Path(os.environ["OA_ROOT"])


class Office:
    """The people of one administration at work."""

    def __init__(self, url: str, database: str, name: str = "vidin") -> None:
        self.url, self.database, self.name = url, database, name
        self._people: dict[str, Client] = {}

    def person(self, role: str) -> Client:
        if role not in self._people:
            self._people[role] = Client(self.url, self.database, f"{self.name}.{role}")
        return self._people[role]

    @functools.cached_property
    def administrator(self) -> Client:
        """Who may change settings; used to prepare, never to act."""
        return Client(self.url, self.database, "admin")

    def find(self, model: str, domain: list[Any]) -> int:
        return int(self.person("clerk").call(model, "search", domain, limit=1)[0])

    # ------------------------------------------------------------ from the desk to the task
    def receive(self, subject: str, email: str = "applicant@citizen.example") -> int:
        """A draft application on the clerk's desk."""
        clerk = self.person("clerk")
        applicant = clerk.call("res.partner", "create", {"name": "Захари Минчев Яков", "email": email, "lang": "bg_BG"})
        kind = self.find("oa.document.kind", [("code", "=", "З1972")])
        vals = {
            "kind_id": kind,
            "direction": "incoming",
            "subject": subject,
            "received_channel": "desk",
            "correspondent_ids": [(0, 0, {"partner_id": applicant, "role": "applicant"})],
        }
        return int(clerk.call("oa.document", "create", vals))

    def register(self, document: int, data: bytes) -> dict[str, Any]:
        clerk = self.person("clerk")
        clerk.add_file(document, "Заявление.pdf", data)
        clerk.call("oa.document", "action_register", [document])
        return clerk.read("oa.document", document, "number", "state", "register_id", "case_id")

    def resolve(self, document: int, responsible: str = "director.akrrds") -> int:
        governor = self.person("governor")
        vals = {
            "document_id": document,
            "document_ids": [(6, 0, [document])],
            "responsible_id": self.person(responsible).uid,
            "text": "За изпълнение.",
        }
        governor.call("oa.document.resolve", "action_confirm", [governor.call("oa.document.resolve", "create", vals)])
        return self._get_task(responsible, document)

    def delegate(self, task: int, document: int, responsible: str = "expert.ds") -> int:
        director = self.person("director.akrrds")
        vals = {
            "task_id": task, "document_id": document, "document_ids": [(6, 0, [document])],
            "responsible_id": self.person(responsible).uid, "text": "Моля за проект.",
        }  # fmt: skip
        director.call("oa.document.resolve", "action_confirm", [director.call("oa.document.resolve", "create", vals)])
        return self._get_task(responsible, document)

    def _get_task(self, role: str, document: int) -> int:
        person = self.person(role)
        return int(person.call("oa.task", "search", [("document_id", "=", document), ("responsible_id", "=", person.uid)], limit=1)[0])

    # ------------------------------------------------------------ the certificate
    def draft(self, subject: str, data: bytes) -> int:
        """A new certificate of the expert, on a new application."""
        application = self.receive(subject)
        self.register(application, data)
        task = self.delegate(self.resolve(application), application)
        expert = self.person("expert.ds")
        expert.call("oa.task", "action_accept", [task])
        return int(expert.call("oa.task", "action_draft_reply", [task])["res_id"])

    def submit(self, certificate: int) -> None:
        self.person("expert.ds").call("oa.document", "action_submit", [certificate])

    def agree(self, certificate: int, *roles: str) -> None:
        for role in roles or ("director.akrrds", "lawyer", "sg"):
            self.person(role).call("oa.document", "action_agree", [certificate])

    def prepare_for_signature(self, subject: str, data: bytes) -> int:
        """A certificate that is agreed, numbered and waits for the governor."""
        certificate = self.draft(subject, data)
        self.submit(certificate)
        self.agree(certificate)
        return certificate

    # ------------------------------------------------------------ the signature
    def begin_signing(self, certificate: int) -> int:
        """The governor opens the dialog; the request of signing."""
        return int(self.person("governor").call("oa.document", "action_sign", [certificate])["params"]["request_id"])

    def sign(self, certificate: int, pin: str | None = None) -> dict[str, Any]:
        """The governor signs; what the dialog says of the document."""
        governor = self.person("governor")
        request = self.begin_signing(certificate)
        key = governor.call("oa.signature.request", "get_dialog_data", [request])["key_id"]
        governor.call("oa.signature.request", "action_prepare", [request], key)
        pin = pin or read_pin(ROOT, f"{self.name}.governor")
        return dict(governor.call("oa.signature.request", "action_sign_with_pin", [request], pin)["lines"][0])

    # ------------------------------------------------------------ the books
    def verify_books(self) -> str:
        """The auditor's question to all registers of the administration: what the answer says."""
        auditor = self.person("auditor")
        registers = auditor.call("oa.register", "search", [])
        answer = auditor.call("oa.register", "action_verify", registers)
        assert answer["params"]["type"] == "success", answer
        return str(answer["params"]["message"])

    def count_entries(self) -> int:
        return int(self.person("clerk").call("oa.register.entry", "search_count", []))
