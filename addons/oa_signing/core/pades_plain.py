"""PAdES on plain files: the same steps as pades.py, with the file read once and only its new end made.

One pass of SHA-256 gives the digest of the file as it was shown and, continued over the new end, the digest that is
signed: what was shown is what is signed, by construction.
"""

import hashlib
from datetime import UTC, datetime
from typing import Any

from asn1crypto import x509
from pyhanko.sign.timestamps import TimeStamper

from . import stamp, states
from .cms_signing import ask_time, read_token_time
from .cms_template import CmsTemplate, get_template
from .pdf_graft import graft_page
from .pdf_guard import check_plain
from .pdf_plain import PlainPdf
from .pdf_revision import Gap, Revision, join_dictionary, make_room, make_text
from .pdf_syntax import Buffer, Dictionary, NotPlainError, is_reference, parse_dictionary, reading, split_array
from .specs import Prepared, SignatureSpec, Signed, SignerIdentity, ToBeSigned
from .stamp_place import Placement, Sheet

RESERVED_DIGITS = 24_000
_INVISIBLE = b"[0 0 0 0]"


async def prepare(data: Buffer, spec: SignatureSpec, identity: SignerIdentity) -> Prepared:
    """The prepared end of a plain file; NotPlainError when the file or the wish needs the thorough way."""
    if spec.signer_count > 1 or spec.is_certification:
        raise NotPlainError("fields for others")
    template = await get_template(identity, spec)
    with reading():
        pdf = PlainPdf(data)
        check_plain(pdf)
        revision = Revision(pdf)
        field_name = _add_signature(revision, spec, template)
        gap = revision.to_gap()
    base_digest, document_digest = compute_digests(data, gap, template.algorithm)
    to_be_signed = template.make_to_be_signed(document_digest)
    state = {
        **states.make_state_of(base_digest, spec, identity, to_be_signed),
        "field": field_name,
        "document_digest": document_digest.hex(),
        "gap": [states.encode(gap.before), states.encode(gap.after), gap.size],
    }
    return Prepared(to_be_signed, document_digest.hex(), state)


async def finish(state: dict[str, Any], raw_signature: bytes, timestamper: TimeStamper | None) -> Signed:
    """The end that follows the prepared file; the raw signature was checked."""
    identity, to_be_signed = states.read_identity(state), ToBeSigned.from_state(state)
    spec = SignatureSpec(digest_algorithm=to_be_signed.digest_algorithm)
    template = await get_template(identity, spec)
    token = await ask_time(timestamper, _digest(raw_signature, to_be_signed), to_be_signed.digest_algorithm)
    container = template.make_container(to_be_signed.octets, raw_signature, token.dump() if token else b"")
    before, after, size = state["gap"]
    tail = Gap(states.decode(before), states.decode(after), size).fill(container)
    return states.describe_signed(tail, state, state["field"], read_token_time(token) if token else None)


def compute_digests(data: Buffer, gap: Gap, algorithm: str) -> tuple[str, bytes]:
    """Digest of the file alone, and of the file with its new end around the gap."""
    base = hashlib.sha256(data)
    whole = base.copy() if algorithm == "sha256" else hashlib.new(algorithm, data)
    # The brackets around the container belong to the gap.
    whole.update(gap.before[:-1])
    whole.update(gap.after[1:])
    return base.hexdigest(), whole.digest()


def _digest(raw_signature: bytes, to_be_signed: ToBeSigned) -> bytes:
    return hashlib.new(to_be_signed.digest_algorithm, raw_signature).digest()


def _add_signature(revision: Revision, spec: SignatureSpec, template: CmsTemplate) -> str:
    """The signature with its field; the name of the field."""
    taken = read_fields(revision.pdf)
    if any(field.get(b"FT") == b"/Sig" and b"V" not in field for field in taken):
        raise NotPlainError("prepared fields")
    number = sum(field.get(b"FT") == b"/Sig" for field in taken) + 1
    name = f"Signature{number}"
    if any(make_text(name) == field.get(b"T") for field in taken):
        raise NotPlainError("field name")
    head = {b"Type": b"/Sig", b"SubFilter": b"/ETSI.CAdES.detached", b"Name": make_text(_get_name(template.certificate))}
    head |= {key: make_text(text) for key, text in ((b"Reason", spec.reason), (b"Location", spec.location)) if text}
    page, widget = _draw(revision, spec, template, number) if spec.placement else (revision.pdf.find_page(0), {b"Rect": _INVISIBLE})
    add_signature_field(revision, name, head, page, widget)
    return name


def add_signature_field(revision: Revision, name: str, head: Dictionary, page: int, values: Dictionary) -> None:
    """A signature dictionary with its room and the field that shows it."""
    moment = datetime.now(UTC).strftime("(D:%Y%m%d%H%M%S+00'00')").encode()
    signature = join_dictionary({b"Filter": b"/Adobe.PPKLite", b"M": moment, **head})
    value = revision.add(signature[:-2] + make_room(RESERVED_DIGITS) + b" >>")
    widget = {
        b"Type": b"/Annot",
        b"Subtype": b"/Widget",
        b"FT": b"/Sig",
        b"T": make_text(name),
        # Printed and locked.
        b"F": b"132",
        b"P": b"%d 0 R" % page,
        b"V": b"%d 0 R" % value,
    }
    revision.add_field(revision.add(join_dictionary(widget | values)), page)


def read_fields(pdf: PlainPdf) -> list[Dictionary]:
    """All fields of the form; a tree of fields is for the thorough reader."""
    value = pdf.root.get(b"AcroForm")
    if not value:
        return []
    form = parse_dictionary(pdf.resolve(value))
    fields = [parse_dictionary(pdf.resolve(item)) for item in split_array(pdf.resolve(form.get(b"Fields", b"[]"))) if is_reference(item)]
    if any(b"Kids" in field and b"T" in field for field in fields) or b"Perms" in pdf.root:
        raise NotPlainError("tree of fields")
    return fields


def _draw(revision: Revision, spec: SignatureSpec, template: CmsTemplate, number: int) -> tuple[int, Dictionary]:
    """Page of the visible stamp, its rectangle and appearance."""
    placement = Placement.parse(spec.placement)
    page, values = revision.pdf.read_page(placement.get_page_index(revision.pdf.count_pages()))
    media, crop = (_read_box(revision.pdf, values, key) for key in (b"MediaBox", b"CropBox"))
    sheet = Sheet(media, crop, int(values.get(b"Rotate", b"0")))
    place = placement.find_place(sheet, number)
    shown = graft_page(revision, stamp.draw_stamp(spec, _get_name(template.certificate), place))
    box = b"[%s]" % b" ".join(b"%.2f" % side for side in place.box)
    return page, {b"Rect": box, b"AP": b"<< /N %d 0 R >>" % shown}


def _read_box(pdf: PlainPdf, values: Dictionary, key: bytes) -> tuple[float, ...]:
    sides = split_array(pdf.resolve(values.get(key) or values.get(b"MediaBox", b"[0 0 595 842]")))
    return tuple(float(pdf.resolve(side)) for side in sides)


def _get_name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.native.get("common_name") or certificate.subject.human_friendly)
