"""Trusted lists: whose signature counts, and what their services make of a certificate."""

import hashlib

import pytest
from oa_signing.adapters.dummy_lists import DummyListOperator, DummyPointer, DummyService
from oa_signing.adapters.validation_client import DocumentClient, ServiceSettings
from oa_signing.core import trust_lists
from oa_signing.core.errors import TrustListError
from oa_signing.core.xml_opinions import OPINIONS
from signing_pki import Pki


@pytest.fixture(scope="module")
def operator() -> DummyListOperator:
    return DummyListOperator()


def refuse(data: bytes, operators: list[bytes]) -> str:
    with pytest.raises(TrustListError) as caught:
        trust_lists.read_signed(data, operators, OPINIONS)
    return caught.value.detail


def test_list_of_its_operator_is_believed(operator: DummyListOperator, pki: Pki) -> None:
    service = DummyService(
        pki.get_identity("vidin.governor").chain[0], statuses=(("granted", "2024-01-01T00:00:00Z"), ("withdrawn", "2022-01-01T00:00:00Z"))
    )

    found = trust_lists.read_signed(operator.make_list([service], sequence=45), [operator.certificate], OPINIONS)

    (read,) = found.facts.services
    assert (found.facts.territory, found.facts.sequence, found.signer) == ("BG", 45, operator.certificate)
    assert (read.kind, read.status, read.purposes, read.history) == (
        "ca_qc",
        "granted",
        ("eseal", "esign"),
        (("withdrawn", "2022-01-01T00:00:00Z"),),
    )


def test_list_of_lists_says_who_signs_the_others(operator: DummyListOperator) -> None:
    national = DummyListOperator("National")
    data = operator.make_list(pointers=[DummyPointer("BG", "https://list.example/bg.xml", national.certificate)])

    (pointer,) = trust_lists.read_signed(data, [operator.certificate], OPINIONS).facts.pointers

    assert (pointer.territory, pointer.url, pointer.certificates) == ("BG", "https://list.example/bg.xml", (national.certificate,))


def test_list_of_somebody_else_is_refused(operator: DummyListOperator) -> None:
    assert refuse(DummyListOperator("Stranger").make_list(), [operator.certificate]) == "operator"


def test_changed_list_is_refused(operator: DummyListOperator) -> None:
    data = operator.make_list(sequence=7)
    changed = data.replace(b"<TSLSequenceNumber>7", b"<TSLSequenceNumber>8")

    assert changed != data
    assert refuse(changed, [operator.certificate]) == "signature"


def test_unsigned_list_and_other_files_are_refused(operator: DummyListOperator) -> None:
    data = operator.make_list()
    start, end = data.index(b"<ds:Signature "), data.index(b"</ds:Signature>") + len(b"</ds:Signature>")

    assert refuse(data[:start] + data[end:], [operator.certificate]) == "unsigned"
    assert refuse(b"%PDF-1.7", [operator.certificate]) == "no_list"
    assert refuse(b"<a/>", [operator.certificate]) == "no_list"


def test_list_wrapped_in_another_is_refused(operator: DummyListOperator) -> None:
    """The signed list hides inside one that says something else."""
    signed = operator.make_list(sequence=7).split(b"?>", 1)[1].strip()
    outer = signed.replace(b"<TSLSequenceNumber>7", b"<TSLSequenceNumber>99").replace(
        b"</TrustServiceStatusList>", signed + b"</TrustServiceStatusList>"
    )

    assert refuse(outer, [operator.certificate]) == "signature"


def test_worker_reads_lists_and_asks_for_those_it_has_not_seen(operator: DummyListOperator, pki: Pki, validation_socket: object) -> None:
    data = operator.make_list([DummyService(pki.get_identity("vidin.governor").chain[0])])
    digest = hashlib.sha256(data).hexdigest()
    asked: list[str] = []

    def load(name: str) -> bytes:
        asked.append(name)
        return data

    settings = ServiceSettings(str(pki.folder), pki.timestamp_url, ("127.0.0.1",), (digest,))
    client = DocumentClient(str(validation_socket), settings, load)

    assert client.read_trust_list(data, [operator.certificate]).facts.sequence == 1
    assert client.check_certificate(pki.get_identity("vidin.governor")) == []
    assert asked == [digest]
    client.check_certificate(pki.get_identity("vidin.governor"))
    assert asked == [digest]
