"""The product without its web client: one person over JSON-RPC, with the rights of that person and nothing more."""

from __future__ import annotations

import base64
import csv
import http.cookiejar
import json
import time
import urllib.request
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import yaml

PATIENCE = 60

Found = TypeVar("Found")


class Refusal(Exception):  # noqa: N818 - an answer, not an error of ours
    """What the product said no with: `sentence` is read by the person, `kind` is the class of the error."""

    def __init__(self, sentence: str, kind: str) -> None:
        super().__init__(f"{kind}: {sentence}")
        self.sentence, self.kind = sentence, kind


class Client:
    def __init__(self, url: str, database: str, login: str) -> None:
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), jar)
        self.url, self.login = url, login
        session = self._post("/web/session/authenticate", {"db": database, "login": login, "password": login})
        self.uid: int = session["uid"]
        self.context = session["user_context"]

    def call(self, model: str, method: str, *arguments: Any, **keywords: Any) -> Any:
        context = {**self.context, **keywords.pop("context", {})}
        return self._post(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": list(arguments), "kwargs": {**keywords, "context": context}},
        )

    def search(self, model: str, domain: list[Any], fields: list[str], **keywords: Any) -> list[dict[str, Any]]:
        return list(self.call(model, "search_read", domain, fields, **keywords))

    def read(self, model: str, record_id: int, *fields: str) -> dict[str, Any]:
        return dict(self.call(model, "read", [record_id], list(fields))[0])

    def add_file(self, document_id: int, name: str, data: bytes) -> int:
        return int(self.call("oa.document", "action_add_file", [document_id], name, base64.b64encode(data).decode()))

    def download(self, path: str) -> bytes:
        with self._opener.open(self.url + path, timeout=PATIENCE) as answer:
            return bytes(answer.read())

    def _post(self, path: str, params: dict[str, Any]) -> Any:
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}).encode()
        request = urllib.request.Request(self.url + path, body, {"Content-Type": "application/json"})
        with self._opener.open(request, timeout=PATIENCE) as stream:
            answer = json.load(stream)
        if error := answer.get("error"):
            data = error.get("data") or {}
            raise Refusal(data.get("message") or error["message"], data.get("name", ""))
        return answer.get("result")


def wait_for(look: Callable[[], Found], what: str, patience: float = PATIENCE) -> Found:
    """Look again until there is something; what the product does by itself takes its own time."""
    until = time.monotonic() + patience
    while not (found := look()):
        assert time.monotonic() < until, f"did not come within {patience} s: {what}"
        time.sleep(0.2)
    return found


def read_person(root: Path, login: str) -> dict[str, str]:
    """What the demo knows of a person."""
    with (root / "config/demo_people.csv").open(encoding="utf-8") as stream:
        people = [*csv.DictReader(stream), *yaml.safe_load((root / "config/pki/holders.yml").read_text("utf-8"))["people"]]
    return next(row for row in people if row["login"] == login)


def read_pin(root: Path, login: str) -> str:
    """The PIN of a demo token."""
    return read_person(root, login)["pin"]


def link_tokens(administrator: Client, root: Path, logins: Iterable[str]) -> None:
    """Tell whose personal number is whose, and find the keys on the tokens."""
    for login in logins:
        users = administrator.call("res.users", "search", [("login", "=", login)])
        administrator.call("res.users", "write", users, {"signing_person_number": read_person(root, login)["egn"]})
    administrator.call("oa.signing.key", "action_discover_keys")
