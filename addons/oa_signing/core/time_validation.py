"""Timestamps that stand alone: over a whole PDF, beside a file, or in a container."""

import hashlib
from datetime import datetime

from asn1crypto import cms, tsp

from . import policy, timestamp_verdicts, verdicts
from .ports import Helpers
from .specs import DocumentVerdict, Outcome, SignatureVerdict
from .timestamp_verdicts import TokenVerdict


async def judge_alone(token: cms.SignedData, original: bytes | None, helpers: Helpers, name: str = "timestamp") -> DocumentVerdict:
    """A token with the file that it is over; without the file only its digest is told."""
    if original is None:
        return DocumentVerdict(Outcome.INDETERMINATE, ("original_missing",), (describe(name, token, None),), _read_imprint(token))
    verdict = await judge(name, token, original, helpers)
    return DocumentVerdict(verdict.outcome, (), (verdict,))


async def judge(name: str, token: cms.SignedData, content: bytes, helpers: Helpers) -> SignatureVerdict:
    spec = verdicts.make_plain_spec(helpers)
    return describe(
        name, token, await timestamp_verdicts.judge(token, lambda algorithm: hashlib.new(algorithm, content).digest(), spec, helpers)
    )


def get_outcome(trouble: str) -> Outcome:
    if not trouble:
        return Outcome.VALID
    return Outcome.INDETERMINATE if trouble == "timestamp_untrusted" else Outcome.INVALID


def describe(name: str, token: cms.SignedData, found: TokenVerdict | None) -> SignatureVerdict:
    """`found` is None when the token could not be judged."""
    moment, trouble = read_moment(token), found.trouble if found else ""
    return SignatureVerdict(
        name,
        get_outcome(trouble) if found else Outcome.INDETERMINATE,
        (trouble,) if trouble else (),
        signer_name=read_authority(token),
        timestamp_at=moment.isoformat() if moment else "",
        time_source="timestamp",
        is_time_qualified=found is not None and found.is_qualified,
        kind="timestamp",
    )


def read_moment(token: cms.SignedData) -> datetime | None:
    try:
        moment: datetime = _read_info(token)["gen_time"].native
    except (ValueError, TypeError, KeyError):
        return None
    return moment


def read_authority(token: cms.SignedData) -> str:
    """Name of the certificate that signed the token."""
    try:
        serial = token["signer_infos"][0]["sid"].chosen["serial_number"].native
        found = [item.chosen for item in token["certificates"] if item.chosen.serial_number == serial]
        facts = policy.read_facts(found[0].dump())
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        return ""
    return facts.common_name or facts.subject


def _read_imprint(token: cms.SignedData) -> tuple[tuple[str, str], ...]:
    try:
        imprint = _read_info(token)["message_imprint"]
        return ((str(imprint["hash_algorithm"]["algorithm"].native), imprint["hashed_message"].native.hex()),)
    except (ValueError, TypeError, KeyError):
        return ()


def _read_info(token: cms.SignedData) -> tsp.TSTInfo:
    info = token["encap_content_info"]["content"].parsed
    if not isinstance(info, tsp.TSTInfo):
        raise TypeError("no timestamp")
    return info
