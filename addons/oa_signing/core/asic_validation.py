"""The verdict on a container: every signature in it, and whether they cover every file in it."""

import hashlib
from dataclasses import replace
from urllib.parse import unquote

from . import asic, cms_validation, time_validation, verdicts, xades_validation, xmldsig
from .asic import Container
from .asic_signing import NAMESPACE
from .cades import read_signed_data
from .content import ASIC_S
from .errors import PayloadTooHardError
from .ports import Helpers
from .specs import DocumentVerdict, Outcome, SignatureFormat, SignatureVerdict
from .xmldsig import ds

MAX_SIGNATURES = 100
_KINDS = (("signature", ".xml"), ("signature", ".p7s"), ("timestamp", ".tst"))


async def validate(data: bytes, helpers: Helpers) -> DocumentVerdict:
    container = asic.read(data)
    if sum(len(container.list_meta(start, end)) for start, end in _KINDS) > MAX_SIGNATURES:
        raise PayloadTooHardError("signatures")
    judged = [
        *await _judge_all_cms(container, helpers),
        *await _judge_all_xml(container, helpers),
        *await _judge_all_time(container, helpers),
    ]
    if not judged:
        return DocumentVerdict(Outcome.INDETERMINATE, ("no_signature",))
    verdict = verdicts.get_worst([item.outcome for item, _covered in judged])
    codes = []
    if any(set(container.payload) - covered for _item, covered in judged):
        # A file that nobody signed would look as if it were signed with the others.
        codes.append("container_unsigned_file")
        verdict = Outcome.INVALID
    return DocumentVerdict(verdict, tuple(codes), tuple(item for item, _covered in judged))


async def _judge_all_xml(container: Container, helpers: Helpers) -> list[tuple[SignatureVerdict, set[str]]]:
    judged = []
    for name in container.list_meta("signatures", ".xml"):
        tree = xmldsig.parse(container.members[name])
        xades_validation.check_count(tree)
        for element in xmldsig.find_top_signatures(tree):
            info = element.find(ds("SignedInfo"))
            references = [] if info is None else info.findall(ds("Reference"))
            covered = {unquote(str(item.get("URI") or "")) for item in references}
            for verdict in await xades_validation.judge_all(element, helpers, container.payload):
                judged.append((replace(verdict, format=str(SignatureFormat.ASIC_XADES)), covered))
    return judged


async def _judge_all_cms(container: Container, helpers: Helpers) -> list[tuple[SignatureVerdict, set[str]]]:
    judged = []
    for name in container.list_meta("signature", ".p7s"):
        content, covered, trouble = _find_signed(container, name)
        kind = SignatureFormat.ASIC_CADES
        for verdict in await cms_validation.judge_all(name, read_signed_data(container.members[name]), content, helpers, kind):
            if trouble:
                verdict = replace(verdict, outcome=Outcome.INVALID, codes=(*verdict.codes, trouble))
            judged.append((verdict, covered))
    return judged


def _find_signed(container: Container, signature_name: str) -> tuple[bytes, set[str], str]:
    """What a CMS of the container signs: its manifest, whose digests must fit the files; in ASiC-S the one file itself."""
    if container.kind == ASIC_S and len(container.payload) == 1:
        ((name, content),) = container.payload.items()
        return content, {name}, ""
    for manifest in container.list_meta("asicmanifest", ".xml"):
        root = xmldsig.parse(container.members[manifest]).getroot()
        reference = root.find(f"{{{NAMESPACE}}}SigReference")
        if reference is not None and unquote(str(reference.get("URI"))) == signature_name:
            items = root.findall(f"{{{NAMESPACE}}}DataObjectReference")
            fits = all(_fits(container, item) for item in items)
            return container.members[manifest], {_get_name(item) for item in items}, "" if fits else "ades.hash_failure"
    return b"", set(), "file_missing"


def _fits(container: Container, item: xmldsig.Element) -> bool:
    content, method = container.members.get(_get_name(item)), item.find(ds("DigestMethod"))
    if content is None or method is None:
        return False
    algorithm = xmldsig.DIGEST_OF.get(str(method.get("Algorithm")), "")
    return bool(algorithm) and hashlib.new(algorithm, content).digest() == xmldsig.decode_text(item.find(ds("DigestValue")))


def _get_name(item: xmldsig.Element) -> str:
    return unquote(str(item.get("URI") or ""))


async def _judge_all_time(container: Container, helpers: Helpers) -> list[tuple[SignatureVerdict, set[str]]]:
    """Containers that prove a time only: a token over the one file (ASiC-S), or over a manifest (ASiC-E)."""
    judged = []
    for name in container.list_meta("timestamp", ".tst"):
        content, covered, trouble = _find_signed(container, name)
        verdict = await time_validation.judge(name, read_signed_data(container.members[name]), content, helpers)
        if trouble:
            verdict = replace(verdict, outcome=Outcome.INVALID, codes=(*verdict.codes, trouble))
        judged.append((verdict, covered))
    return judged
