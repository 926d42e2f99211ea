"""Every file of the corpus gets its verdict; where there is a second engine, it is asked as well."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "corpus"))

from cases import Case, make_cases
from mutations import mutate
from oa_signing.core.specs import Outcome, SignatureFormat
from oa_signing.core.xmldsig import DS, XADES
from papers import make_pdf
from people import Signers

SLOWEST = 10.0


@pytest.fixture(scope="module")
def signers() -> Signers:
    return Signers()


@pytest.fixture(scope="module")
def cases(signers: Signers) -> list[Case]:
    return list(make_cases(signers))


def test_every_file_gets_the_verdict_that_it_deserves_in_time(signers: Signers, cases: list[Case]) -> None:
    wrong = []
    for case in cases:
        began = time.monotonic()
        verdict = signers.engine.validate(case.data, case.original)
        codes = {*verdict.codes, *(code for item in verdict.signatures for code in item.codes)}
        is_explained = not case.code or any(code.startswith(case.code) for code in codes)
        if verdict.outcome != case.outcome or not is_explained or time.monotonic() - began > SLOWEST:
            wrong.append((case.name, str(verdict.outcome), sorted(codes), round(time.monotonic() - began, 1)))
    assert not wrong


def test_openssl_agrees_about_signatures_beside_files(signers: Signers, cases: list[Case], tmp_path: Path) -> None:
    """It knows nothing of the terms of a certificate in our sense, so it is asked about the signature alone."""
    asked = [case for case in cases if case.name.startswith("cades") and "certificate" not in case.name and case.original]
    assert asked
    for case in asked:
        (tmp_path / "a.p7s").write_bytes(case.data)
        (tmp_path / "a").write_bytes(case.original or b"")
        command = [
            "openssl",
            "cms",
            "-verify",
            "-binary",
            "-inform",
            "DER",
            "-in",
            "a.p7s",
            "-content",
            "a",
            "-noverify",
            "-out",
            "/dev/null",
        ]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
        assert (done.returncode == 0) == (case.outcome == Outcome.VALID), (case.name, done.stderr)


XML_IDS = (f"{DS}:Object", f"{DS}:SignatureValue", f"{XADES}:SignedProperties")
CHANGED = ("xml changed", "xml countersigned and changed", "xml around what it signs, changed")


def test_xmlsec1_agrees_about_what_an_xml_signature_covers(cases: list[Case], tmp_path: Path) -> None:
    """As with the others: whether the bytes fit, not who signed."""
    if not shutil.which("xmlsec1"):
        pytest.skip("this machine has no xmlsec1")
    kinds = ("xades B-", "xades rsa", "xades p", "xml countersigned", "xml around what it signs")
    asked = [case for case in cases if (case.outcome == Outcome.VALID and case.name.startswith(kinds)) or case.name in CHANGED]
    assert len(asked) >= 11
    answers = {}
    for case in asked:
        (tmp_path / "a.xml").write_bytes(case.data)
        names = [word for name in XML_IDS for word in ("--id-attr:Id", name)]
        done = subprocess.run(["xmlsec1", "--verify", "--insecure", *names, "a.xml"], cwd=tmp_path, capture_output=True, check=False)
        answers[case.name] = done.returncode == 0
    assert answers == {case.name: case.outcome == Outcome.VALID for case in asked}


@pytest.mark.parametrize("kind", [SignatureFormat.PADES, SignatureFormat.XADES, SignatureFormat.CADES, SignatureFormat.ASIC_XADES])
def test_damaged_files_get_a_verdict_and_are_never_called_valid(signers: Signers, kind: SignatureFormat) -> None:
    """A sample of what tests/corpus/fuzz.py does with 2,000 files of each format."""
    data = b"<a>text</a>" if kind == SignatureFormat.XADES else make_pdf()
    report = mutate(signers, kind, data, count=25, seed=19)

    assert not report.crashed and not report.slow and not report.believed


def test_pdfsig_agrees_about_the_bytes_of_a_pdf(cases: list[Case], tmp_path: Path) -> None:
    """It compares the digest that was signed with that of the file; what came later or who signed is another question."""
    answers = {}
    for case in cases:
        if case.name.startswith(("pdf B-", "pdf changed", "pdf of two")):
            (tmp_path / "a.pdf").write_bytes(case.data)
            done = subprocess.run(["pdfsig", "-nocert", str(tmp_path / "a.pdf")], capture_output=True, text=True, check=False)
            answers[case.name] = "Signature is Valid" in done.stdout and "Digest Mismatch" not in done.stdout
    assert answers == {name: name != "pdf changed" for name in answers}
    assert len(answers) == 6
