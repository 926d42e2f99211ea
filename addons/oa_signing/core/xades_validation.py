"""The verdict on XAdES: inside its document, or beside a file. Our own reader judges; two foreign engines must agree."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from . import (
    certificate_validation,
    cms_validation,
    policy,
    timestamp_verdicts,
    verdict_details,
    verdicts,
    xades,
    xades_values,
    xml_reading,
    xmldsig,
)
from .errors import PayloadTooHardError
from .ports import Helpers
from .specs import DocumentVerdict, Level, Outcome, SignatureFormat, SignatureVerdict, SignerIdentity
from .timestamp_verdicts import TokenVerdict
from .xml_reading import ShapeError, XmlSignature
from .xmldsig import Element, Tree, ds

MAX_SIGNATURES = 100
_INVALID = ("ades.hash_failure", "ades.sig_crypto_failure", "xml_wrapping", "certificate_mismatch", "timestamp_broken")


async def validate(data: bytes, helpers: Helpers, original: bytes | None) -> DocumentVerdict:
    tree = xmldsig.parse(data)
    check_count(tree)
    elements = xmldsig.find_top_signatures(tree)
    if not elements:
        return DocumentVerdict(Outcome.INDETERMINATE, ("no_signature",))
    judged = tuple([item for element in elements for item in await judge_all(element, helpers, _AnyName(original))])
    codes = []
    outcome = verdicts.get_worst([item.outcome for item in judged])
    if any("file_missing" in item.codes for item in judged) and original is None:
        codes.append("original_missing")
    if len(elements) > 1 and any(item.format == SignatureFormat.XADES for item in judged):
        # Which of several covers what cannot be said without the rules of whoever made them.
        codes.append("xml_several")
        outcome = verdicts.get_worst([outcome, Outcome.INDETERMINATE])
    return DocumentVerdict(outcome, tuple(codes), judged)


def check_count(tree: Tree) -> None:
    if len(xmldsig.find_signatures(tree)) > MAX_SIGNATURES:
        raise PayloadTooHardError("signatures")


async def judge_all(element: Element, helpers: Helpers, files: Mapping[str, bytes]) -> list[SignatureVerdict]:
    """A signature, then those who confirmed it; a confirmation of a confirmation follows what it confirms."""
    judged, waiting = [await judge(element, helpers, files)], [element]
    while waiting:
        current = waiting.pop()
        value = current.find(ds("SignatureValue"))
        for item in xmldsig.find_countersignatures(current):
            verdict = await judge(item, helpers, files, value)
            judged.append(replace(verdict, kind="countersignature"))
            waiting.append(item)
    return judged


async def judge(element: Element, helpers: Helpers, files: Mapping[str, bytes], countersigned: Element | None = None) -> SignatureVerdict:
    name = str(element.get("Id") or "")
    try:
        signature = xml_reading.read(element, countersigned)
        proved = xades.read_timestamp(element)
        codes = xml_reading.check_integrity(signature, files.get)
        codes = _compare(codes, signature, helpers, files)
    except ShapeError as error:
        outcome = Outcome.INVALID if str(error) in _INVALID else Outcome.INDETERMINATE
        return SignatureVerdict(name, outcome, (str(error),), format=str(SignatureFormat.XADES))
    except Exception:  # foreign signatures break readers in every way there is
        return SignatureVerdict(name, Outcome.INVALID, ("unreadable",), format=str(SignatureFormat.XADES))
    stamp = await _judge_timestamp(element, helpers)
    if stamp.trouble:
        codes.append(stamp.trouble)
        proved = None
    identity = SignerIdentity(signature.certificate.dump(), tuple(item.dump() for item in signature.others))
    stapled = xades_values.read(element)
    found = await certificate_validation.judge(identity, stapled, helpers, proved)
    codes += [code for code in (_find_weakness(signature), found.code) if code]
    verdict = replace(
        verdicts.describe(name, signature.certificate, signature.digest, signature.claimed_at.removesuffix("Z"), proved),
        outcome=_get_outcome(codes),
        codes=tuple(codes),
        level=str((Level.LT if stapled else Level.T) if proved else Level.B),
        format=str(SignatureFormat.XADES if signature.is_enveloped else SignatureFormat.XADES_DETACHED),
        claimed_roles=signature.claimed_roles,
        notes=found.notes,
        is_time_qualified=stamp.is_qualified,
    )
    return verdict_details.grade(verdict_details.name_answer(verdict, list(found.answers), stapled.dumps), found.path, helpers)


def _get_outcome(codes: list[str]) -> Outcome:
    if not codes:
        return Outcome.VALID
    return Outcome.INVALID if set(codes) & {*_INVALID, "ades.revoked"} else Outcome.INDETERMINATE


def _compare(codes: list[str], signature: XmlSignature, helpers: Helpers, files: Mapping[str, bytes]) -> list[str]:
    """Intact is what everybody calls intact: each engine alone was fooled before. Where they differ, nobody is believed."""
    if "file_missing" in codes:
        return codes
    data = xmldsig.serialize(signature.element.getroottree())
    answers = {ask(data, signature, files) for ask in helpers.xml_opinions}
    return ["engines_disagree"] if answers - {not codes, None} else codes


def _find_weakness(signature: XmlSignature) -> str:
    if xml_reading.list_digests(signature) & set(policy.WEAK_DIGESTS):
        return "weak_algorithm"
    return cms_validation.find_weak_key(signature.certificate)


async def _judge_timestamp(element: Element, helpers: Helpers) -> TokenVerdict:
    found = xades.read_token(element)
    if found is None:
        return TokenVerdict()
    token, method = found
    value = element.find(ds("SignatureValue"))
    assert value is not None  # the signature was checked before
    covered = xmldsig.canonicalize(value, method)
    return await timestamp_verdicts.judge(
        token["content"], lambda algorithm: hashlib.new(algorithm, covered).digest(), verdicts.make_plain_spec(helpers), helpers
    )


class _AnyName(dict[str, bytes]):
    """The one file given, whatever the signature calls it: people rename files."""

    def __init__(self, original: bytes | None) -> None:
        super().__init__()
        self._original = original

    def get(self, _name: str, default: bytes | None = None) -> bytes | None:  # type: ignore[override]
        return self._original if self._original is not None else default
