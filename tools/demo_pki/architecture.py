"""The certomancer configuration: the trust tree of architecture.yml with one certificate per holder."""

from pathlib import Path
from typing import Any

import yaml
from holders import Holder

AUTHORITIES = ("root", "issuing", "ocsp", "tsa")


def compose(architecture_yml: Path, holders: list[Holder], port: int) -> dict[str, Any]:
    demo = yaml.safe_load(architecture_yml.read_text(encoding="utf-8"))
    keys: dict[str, Any] = {label: {"path": f"{label}.key.pem"} for label in AUTHORITIES}
    for holder in holders:
        # The private key of a person lives on the token only; the remote service has those that it keeps.
        on_token = {"path": f"{holder.login}.pub.pem", "public-only": True}
        keys[holder.login] = {"path": f"{holder.login}.key.pem"} if holder.is_remote else on_token
        demo["entities"][holder.login] = holder.subject
        demo["certs"][holder.login] = _compose_certificate(holder)
    # Defaults would add the provider's name to the subjects of people.
    defaults = demo.pop("entity-defaults")
    for label in AUTHORITIES:
        demo["entities"][label] = {**defaults, **demo["entities"][label]}
    return {
        "external-url-prefix": f"http://127.0.0.1:{port}",
        "keysets": {"demo": {"path-prefix": "keys", "keys": keys}},
        "pki-architectures": {"demo": {"keyset": "demo", **demo}},
    }


def _compose_certificate(holder: Holder) -> dict[str, Any]:
    profile = holder.profile
    extensions = [
        {
            "id": "key_usage",
            "critical": True,
            "smart-value": {"schema": "key-usage", "params": ["non_repudiation"]},
        },
        {"id": "certificate_policies", "value": [{"policy_identifier": profile["policy"]}]},
        {
            "id": "1.3.6.1.5.5.7.1.3",
            "smart-value": {"schema": "der-bytes", "params": profile["qc-statements"]},
        },
        {
            "id": "crl_distribution_points",
            "smart-value": {"schema": "crl-dist-url", "params": {"crl-repo-names": ["issuing"]}},
        },
        {
            "id": "authority_information_access",
            "smart-value": {
                "schema": "aia-urls",
                "params": {"ocsp-responder-names": ["issuing"], "ca-issuer-links": [{"repo": "issuing"}]},
            },
        },
    ]
    return {"issuer": "issuing", "validity": profile["validity"], "extensions": extensions, **holder.overrides}
