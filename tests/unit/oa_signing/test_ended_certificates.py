"""A certificate that simply ended: its signature stays good when a timestamp over it proves how it stood then."""

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "corpus"))

from oa_signing.adapters.event_loop import run
from oa_signing.core import augmentation, pades_validation
from oa_signing.core.specs import Level, Outcome, SignatureFormat
from papers import make_pdf
from people import Holder, Signers
from pyhanko.sign.validation.dss import DocumentSecurityStore

LIFE = timedelta(seconds=7)


@pytest.fixture
def signers() -> Signers:
    return Signers()


@pytest.fixture
def looked_back(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether the judge went back to the time of the next timestamp, and with what success."""
    found: list[bool] = []
    ask = pades_validation._ask_from_next

    async def listen(*arguments: object) -> object:
        answer = await ask(*arguments)  # type: ignore[arg-type]
        found.append(answer is not None)
        return answer

    monkeypatch.setattr(pades_validation, "_ask_from_next", listen)
    return found


def keep_with_list(signers: Signers, holder: Holder) -> bytes:
    return signers.sign(make_pdf(), holder=holder, level=Level.LTA)


def keep_with_answer(signers: Signers, holder: Holder) -> bytes:
    """As a provider with OCSP: about the signer its own answer is stored, about the timestamps the list."""
    output = BytesIO(signers.sign(make_pdf(), holder=holder, level=Level.B))
    ocsps, crls = [signers.authority.make_ocsp(holder)], [signers.authority.make_crl()]
    DocumentSecurityStore.add_dss(output, None, certs=signers.authority.get_roots(), ocsps=ocsps, crls=crls, strict=False)
    return run(augmentation.add_document_timestamp(output.getvalue(), signers.stamps.get_timestamper()))


def wait_for_end(began: float) -> None:
    time.sleep(max(0.0, began + LIFE.total_seconds() + 1.5 - time.monotonic()))


@pytest.mark.parametrize(("keep", "source"), [(keep_with_list, "crl_file"), (keep_with_answer, "ocsp_file")])
def test_renewed_file_is_valid_after_its_signer_and_first_authority_ended(
    signers: Signers, looked_back: list[bool], keep: Callable[[Signers, Holder], bytes], source: str
) -> None:
    holder = signers.authority.make_holder(ends=LIFE)
    signers.authority.renew_timestamps(LIFE)
    began = time.monotonic()
    kept = keep(signers, holder)
    signers.authority.renew_timestamps()
    # Answers count whole seconds; those of the renewal are younger than the first timestamp.
    time.sleep(1.1)
    renewed = signers.engine.add_archive_timestamp(kept).data
    assert signers.engine.validate(renewed).outcome == Outcome.VALID and not looked_back
    wait_for_end(began)

    verdict = signers.engine.validate(renewed)

    assert verdict.outcome == Outcome.VALID, verdict
    assert looked_back == [True]
    assert verdict.signatures[0].revocation_source == source


def test_file_without_a_timestamp_over_what_was_collected_is_not_valid_after_the_end(signers: Signers, looked_back: list[bool]) -> None:
    began = time.monotonic()
    kept = signers.sign(make_pdf(), holder=signers.authority.make_holder(ends=LIFE), level=Level.T)
    wait_for_end(began)

    assert signers.engine.validate(kept).outcome == Outcome.INDETERMINATE
    assert looked_back == []


def test_who_was_revoked_before_the_end_stays_revoked(signers: Signers, looked_back: list[bool]) -> None:
    began = time.monotonic()
    holder = signers.authority.make_holder(ends=LIFE)
    kept = keep_with_list(signers, holder)
    signers.authority.revoke(holder, datetime.now(UTC) - timedelta(days=1))
    wait_for_end(began)

    verdict = signers.engine.validate(kept)

    assert (verdict.outcome, verdict.signatures[0].codes) == (Outcome.INVALID, ("ades.revoked",))


@pytest.mark.parametrize("kind", [SignatureFormat.CADES, SignatureFormat.XADES])
def test_revocation_that_was_told_after_the_end_counts_in_every_format(signers: Signers, kind: SignatureFormat) -> None:
    data, began = b"<a>1</a>", time.monotonic()
    honest, thief = (signers.authority.make_holder(ends=LIFE) for _person in range(2))
    files = [signers.sign(data, kind, holder=holder, level=Level.T) for holder in (honest, thief)]
    signers.authority.revoke(thief, datetime.now(UTC) - timedelta(days=1))
    wait_for_end(began)

    verdicts = [signers.engine.validate(file, data if kind.is_detached else None) for file in files]

    assert [verdict.outcome for verdict in verdicts] == [Outcome.INDETERMINATE, Outcome.INVALID]
    assert [verdict.signatures[0].codes for verdict in verdicts] == [("ades.out_of_bounds_not_revoked",), ("ades.revoked",)]
