"""Containers: what is accepted, and what tricks with names, sizes and unsigned files come to."""

import stat
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
from oa_signing.adapters.document_engine import DocumentEngine
from oa_signing.core import asic, content
from oa_signing.core.asic import Container
from oa_signing.core.errors import MalformedContainerError, PayloadTooLargeError
from oa_signing.core.specs import Outcome, SignatureFormat, SignatureSpec, Signed

DATA = "Писмо".encode()
KINDS = (SignatureFormat.ASIC_XADES, SignatureFormat.ASIC_CADES)


@pytest.fixture(params=KINDS)
def signed(request: pytest.FixtureRequest, sign_file: Callable[..., Signed]) -> bytes:
    return sign_file(DATA, SignatureSpec(request.param, "Писмо № 5.docx")).data


def pack(*members: tuple[str, bytes], **attributes: object) -> bytes:
    """A ZIP as somebody with bad intent writes it; the type comes first as it should."""
    output = BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), content.ASIC_E)
        for name, data in members:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            for attribute, value in attributes.items():
                setattr(info, attribute, value)
            archive.writestr(info, data)
    return output.getvalue()


def repack(signed: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    members = dict(asic.read(signed).members)
    change(members)
    return asic.write(Container(content.ASIC_E, members))


def test_type_comes_first_and_plain_so_that_others_know_the_file(signed: bytes) -> None:
    assert signed[30:].startswith(b"mimetype" + content.ASIC_E.encode())
    assert asic.read(signed).payload == {"Писмо № 5.docx": DATA}


def test_file_is_listed_in_the_manifest_of_a_container_with_xades(sign_file: Callable[..., Signed]) -> None:
    members = asic.read(sign_file(DATA, SignatureSpec(SignatureFormat.ASIC_XADES, "Писмо.docx")).data).members

    assert "Писмо.docx" in members["META-INF/manifest.xml"].decode()


def test_changed_file_is_found(engine: DocumentEngine, signed: bytes) -> None:
    verdict = engine.validate(repack(signed, lambda members: members.update({"Писмо № 5.docx": b"other"})))

    assert verdict.outcome == Outcome.INVALID
    assert "ades.hash_failure" in verdict.signatures[0].codes


def test_file_that_nobody_signed_is_found(engine: DocumentEngine, signed: bytes) -> None:
    verdict = engine.validate(repack(signed, lambda members: members.update({"приложение.pdf": b"x"})))

    assert (verdict.outcome, verdict.codes) == (Outcome.INVALID, ("container_unsigned_file",))


def test_missing_file_is_found(engine: DocumentEngine, signed: bytes) -> None:
    verdict = engine.validate(repack(signed, lambda members: members.pop("Писмо № 5.docx") and None))

    assert verdict.outcome != Outcome.VALID


def test_container_without_signature_says_so(engine: DocumentEngine) -> None:
    assert engine.validate(pack(("a.txt", b"x"))).codes == ("no_signature",)


def test_zip_that_is_no_container_is_a_file_like_any_other(sign_file: Callable[..., Signed], engine: DocumentEngine) -> None:
    output = BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")

    result = sign_file(output.getvalue(), SignatureSpec(SignatureFormat.ASIC_CADES, "Писмо.docx"))

    assert asic.read(result.data).payload == {"Писмо.docx": output.getvalue()}
    assert engine.validate(result.data).outcome == Outcome.VALID


@pytest.mark.parametrize("name", ["../a.txt", "/a.txt", "a/../../b", "a\\b", "C:a.txt", "a//b", "./a"])
def test_name_that_leads_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(MalformedContainerError):
        asic.read(pack((name, b"x")))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("names", [("a.txt", "a.txt"), ("a.txt", "A.TXT")])
def test_namesakes_are_refused(names: tuple[str, str]) -> None:
    with pytest.raises(MalformedContainerError, match="duplicate"):
        asic.read(pack(*((name, b"x") for name in names)))


def test_link_is_refused() -> None:
    with pytest.raises(MalformedContainerError):
        asic.read(pack(("a.txt", b"/etc/passwd"), external_attr=(stat.S_IFLNK | 0o777) << 16))


def test_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(PayloadTooLargeError):
        asic.read(pack(("a.txt", bytes(30 << 20))))


def test_something_put_before_the_container_is_refused(signed: bytes) -> None:
    with pytest.raises(MalformedContainerError):
        asic.read(b"%PDF-1.7 or a program" + signed)


def test_broken_containers_get_a_verdict_and_never_a_crash(engine: DocumentEngine, signed: bytes) -> None:
    for position in range(0, len(signed), 61):
        engine.validate(signed[:position] + b"#" + signed[position + 1 :])
    for position in range(0, len(signed), 301):
        assert engine.validate(signed[:position]).outcome != Outcome.VALID
