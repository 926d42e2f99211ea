"""Who holds a certificate in the demo, read from data: people of the CSV; seals, remote keys and special cases of holders.yml."""

import csv
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

USUAL_KEY = "rsa2048"


@dataclass(frozen=True)
class Holder:
    """One owner of one key, on a token labelled with the login or at the remote service."""

    login: str
    pin: str
    profile: dict[str, Any]
    subject: dict[str, str]
    is_seal: bool = False
    is_remote: bool = False
    key_kind: str = USUAL_KEY
    overrides: dict[str, Any] = field(default_factory=dict)


def read_holders(people_csv: Path, holders_yml: Path) -> list[Holder]:
    data = yaml.safe_load(holders_yml.read_text(encoding="utf-8"))
    with people_csv.open(encoding="utf-8", newline="") as stream:
        people = [*csv.DictReader(stream), *data["people"]]
    holders = [_make_person(row, data) for row in people] + [_make_seal(row, data) for row in data["seals"]]
    known = {holder.login: holder for holder in holders}
    holders += [
        replace(known[row["person"]], login=row["login"], pin=row["pin"], is_remote=True)
        for row in data["remote"]
        if row["person"] in known
    ]
    return [replace(holder, key_kind=data["keys"].get(holder.login, USUAL_KEY)) for holder in holders]


def _make_person(row: dict[str, Any], data: dict[str, Any]) -> Holder:
    given_name, *_, surname = row["name"].split()
    organisation = data["administrations"][row["administration"]]
    subject = {
        "country-name": "BG",
        "organization-name": organisation["name"],
        "organization-identifier": organisation["identifier"],
        "given-name": given_name,
        "surname": surname,
        "common-name": row["name"],
        "serial-number": f"PNOBG-{row['egn']}",
    }
    overrides = {key: row[key] for key in ("validity", "revocation") if key in row}
    return Holder(row["login"], row["pin"], data["profiles"]["person"], subject, overrides=overrides)


def _make_seal(row: dict[str, Any], data: dict[str, Any]) -> Holder:
    organisation = data["administrations"][row["administration"]]
    subject = {
        "country-name": "BG",
        "locality-name": organisation["locality"],
        "organization-name": organisation["name"],
        "organization-identifier": organisation["identifier"],
        "common-name": organisation["name"],
    }
    return Holder(row["login"], row["pin"], data["profiles"]["seal"], subject, is_seal=True)
