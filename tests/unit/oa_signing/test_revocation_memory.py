"""Answers about revocation: who is asked how often, how long an answer counts, and what silence costs."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from asn1crypto import crl, ocsp
from oa_signing.adapters import http_client, revocation_memory
from oa_signing.adapters.document_engine import DocumentEngine, WatchfulEngine
from oa_signing.adapters.dummy import DummyAuthority
from oa_signing.adapters.revocation import HttpRevocation
from oa_signing.adapters.revocation_memory import RevocationMemory
from oa_signing.adapters.timestamps import HttpTimestamps
from oa_signing.adapters.trust import FolderTrust
from oa_signing.core.specs import Outcome, SignatureFormat, SignatureSpec, Signed, ValidationPolicy
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore
from signing_pki import Pki

SOFT = ValidationPolicy(is_revocation_hard=False)


@dataclass
class Clock:
    """A clock that goes when it is told."""

    moment: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.moment


@dataclass
class Counter:
    """Requests that really went to the provider."""

    urls: list[str] = field(default_factory=list)

    def take(self) -> int:
        count = len(self.urls)
        self.urls.clear()
        return count


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Counter:
    counter, fetch = Counter(), http_client.fetch

    def count(url: str, **options: object) -> bytes:
        counter.urls.append(url)
        return fetch(url, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(http_client, "fetch", count)
    return counter


@pytest.fixture
def silence(monkeypatch: pytest.MonkeyPatch) -> Counter:
    counter = Counter()

    def wait(url: str, **_options: object) -> bytes:
        counter.urls.append(url)
        raise TimeoutError("timed out")

    monkeypatch.setattr(http_client, "fetch", wait)
    return counter


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def checker(pki: Pki, clock: Clock) -> DocumentEngine:
    """As a worker is: its memory outlives each check."""
    memory = RevocationMemory(clock)
    return WatchfulEngine(FolderTrust(str(pki.folder)), HttpTimestamps(""), HttpRevocation(("127.0.0.1",), memory))


@pytest.fixture
def signed(sign: Callable[..., Signed]) -> bytes:
    return sign().data


def test_second_check_asks_nobody_and_says_the_same(checker: DocumentEngine, signed: bytes, asked: Counter) -> None:
    first = checker.validate(signed)
    count = asked.take()
    second = checker.validate(signed)

    assert count > 0 and asked.take() == 0
    assert first == second
    assert (second.outcome, second.signatures[0].revocation_source) == (Outcome.VALID, "ocsp")


def test_answer_is_asked_anew_when_it_has_ended(checker: DocumentEngine, signed: bytes, asked: Counter, clock: Clock) -> None:
    checker.validate(signed)
    asked.take()
    clock.moment += revocation_memory.LONGEST + timedelta(seconds=1)

    checker.validate(signed)

    assert asked.take() > 0


def test_xml_and_pdf_of_one_signer_share_the_answer(
    checker: DocumentEngine, signed: bytes, sign_file: Callable[..., Signed], asked: Counter
) -> None:
    xml = sign_file(b"<a>1</a>", SignatureSpec(SignatureFormat.XADES, "order.xml")).data
    checker.validate(signed)
    asked.take()

    assert checker.validate(xml).outcome == Outcome.VALID
    assert asked.take() == 0


def test_revoked_signer_stays_revoked_from_memory(checker: DocumentEngine, sign_file: Callable[..., Signed], asked: Counter) -> None:
    signed = sign_file(b"<a>1</a>", SignatureSpec(SignatureFormat.XADES, "order.xml"), "revoked").data
    outcomes = [checker.validate(signed, None, policy).outcome for policy in (None, None, SOFT)]

    assert outcomes == [Outcome.INVALID] * 3


def test_what_the_file_brings_along_is_taken_first(checker: DocumentEngine, complete: Signed, asked: Counter) -> None:
    verdict = checker.validate(complete.data)

    assert (verdict.outcome, verdict.signatures[0].revocation_source) == (Outcome.VALID, "ocsp_file")
    assert asked.urls == []


def test_answer_from_before_the_proof_of_time_does_not_suffice(
    checker: DocumentEngine, sign: Callable[..., Signed], complete: Signed, asked: Counter
) -> None:
    """Whoever lost the key could staple an answer of yesterday."""
    time.sleep(1.1)
    later = BytesIO(sign().data)
    store = DocumentSecurityStore.read_dss(PdfFileReader(BytesIO(complete.data)))
    ocsps = [ocsp.OCSPResponse.load(item.get_object().data) for item in store.ocsps]
    crls = [crl.CertificateList.load(item.get_object().data) for item in store.crls]
    DocumentSecurityStore.add_dss(later, None, certs=list(store.load_certs()), ocsps=ocsps, crls=crls, strict=False)
    asked.take()

    verdict = checker.validate(later.getvalue())

    assert [url for url in asked.urls if "ocsp" in url]
    assert (verdict.outcome, verdict.signatures[0].revocation_source) == (Outcome.VALID, "ocsp")


def test_completing_a_file_asks_anew_although_a_check_just_did(engine: DocumentEngine, sign: Callable[..., Signed], asked: Counter) -> None:
    signed = sign()
    engine.validate(signed.data)
    asked.take()

    engine.augment(signed.data, signed.field_name)

    assert [url for url in asked.urls if "ocsp" in url]


def test_silent_provider_is_waited_for_once_in_a_while(checker: DocumentEngine, signed: bytes, silence: Counter, clock: Clock) -> None:
    hard = checker.validate(signed)
    waited = silence.take()
    soft = checker.validate(signed, None, SOFT)

    assert (hard.outcome, hard.signatures[0].codes) == (Outcome.INDETERMINATE, ("ades.try_later",))
    assert (soft.outcome, soft.signatures[0].notes[0]) == (Outcome.VALID, "revocation_not_answered")
    assert (waited, silence.take()) == (1, 0)

    clock.moment += revocation_memory.SILENCE + timedelta(seconds=1)
    checker.validate(signed)

    assert silence.take() == 1


def test_memory_is_bounded_and_keeps_what_came_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revocation_memory, "MAX_COUNT", 3)
    memory, answer = RevocationMemory(), DummyAuthority().make_crl()
    for number in range(10):
        memory.keep(number, answer, 100)
    assert [number for number in range(10) if memory.find(number)] == [7, 8, 9]

    monkeypatch.setattr(revocation_memory, "MAX_BYTES", 1000)
    memory.keep("large", answer, 950)
    memory.keep("too large", answer, 1001)

    assert memory.find("large") and not memory.find(9) and not memory.find("too large")


def test_answer_is_kept_no_longer_than_it_calls_itself_fresh(clock: Clock) -> None:
    answer = DummyAuthority().make_crl()
    end = revocation_memory.read_end(answer)
    assert end
    clock.moment = end - timedelta(minutes=5)
    memory = RevocationMemory(clock)
    memory.keep("list", answer, 100)
    assert memory.find("list")

    clock.moment = end

    assert not memory.find("list")
    memory.keep("list", answer, 100)
    assert not memory.find("list")


@pytest.fixture
def dripping() -> Iterator[str]:
    """A provider that sends a byte now and then, for ever."""
    server = socket.create_server(("127.0.0.1", 0))
    stopped = threading.Event()

    def serve() -> None:
        while not stopped.is_set():
            try:
                client, _address = server.accept()
                client.recv(1000)
                client.sendall(b"HTTP/1.0 200 OK\r\n\r\n")
                while not stopped.wait(0.05):
                    client.sendall(b"x")
            except OSError:
                continue

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/"
    stopped.set()
    server.close()


def test_provider_that_answers_by_drops_is_left(dripping: str) -> None:
    began = time.monotonic()

    with pytest.raises(TimeoutError):
        http_client.fetch(dripping, timeout=0.3, headers={})

    assert time.monotonic() - began < 5
