"""What a check costs beside pyHanko's plain call, and whether memory stays flat over many checks.

The file is a PDF of 100 kB at B-LT, made by the product's services. The product judges it offline: what the file carries and the
trust that is in memory suffice; it grades, compares revisions and explains, too. The rival is pyHanko's own call as its manual
shows it: a new context, the provider asked over loopback. Both run in this process, in turns; only its CPU is counted.

    warm_cpu     the product offline with warm trust, against pyHanko online with a new context
    rss_growth   memory of the process after 2,000 checks, against after the first 200

    ./oa bench validation [--rounds 5] [--checks 2000]
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

if "pyhanko" not in sys.modules and os.environ.get("OA_SIGNING_PYTHON") not in (None, sys.executable):
    # The signing environment has what the rival needs.
    os.execv(os.environ["OA_SIGNING_PYTHON"], [os.environ["OA_SIGNING_PYTHON"], *sys.argv])

import argparse
import json
import logging
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from io import BytesIO

sys.path.insert(0, str(Path(__file__).parent / "_signing"))

import floor  # noqa: F401 - from here on the core of the product is importable without Odoo
from asn1crypto import pem, x509
from oa_signing.adapters.document_engine import WatchfulEngine
from oa_signing.adapters.revocation import HttpRevocation
from oa_signing.adapters.timestamps import HttpTimestamps
from oa_signing.adapters.trust import FolderTrust
from oa_signing.core.specs import Level, Outcome
from papers import Papers
from product import Product, read_memory
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

SIZE = 100_000
PORTION = 20


def make_file(product: Product, papers: Papers) -> bytes:
    papers.make("check", SIZE, 1)
    (file,) = product.seal(papers.copy("check"), Level.T)
    (end,) = product._documents.complete_many([file], Level.LT)
    return file.read_bytes() + end.data


def ask_rival(data: bytes, pki: Path) -> None:
    """One call with all that it makes for itself."""
    root, issuer = (x509.Certificate.load(pem.unarmor((pki / name).read_bytes())[2]) for name in ("root.pem", "chain.pem"))
    context = ValidationContext(trust_roots=[root], other_certs=[issuer], allow_fetching=True, revocation_mode="hard-fail")
    reader = PdfFileReader(BytesIO(data), strict=False)
    status = validate_pdf_signature(reader.embedded_regular_signatures[0], context)
    assert status.intact and status.valid and status.trusted, status.summary()


def measure(work: Callable[[], object]) -> float:
    began = time.process_time()
    for _number in range(PORTION):
        work()
    return (time.process_time() - began) / PORTION


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--checks", type=int, default=2000)
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    folder = Path(tempfile.mkdtemp(prefix="oa-bench-", dir=os.environ.get("OA_BENCH_FOLDER")))
    try:
        product = Product.from_environment("montana.seal")
        data = make_file(product, Papers(folder))
    finally:
        shutil.rmtree(folder)
    engine = WatchfulEngine(FolderTrust(str(product.pki)), HttpTimestamps(""), HttpRevocation(()))
    verdict = engine.validate(data)
    assert verdict.outcome == Outcome.VALID, verdict

    ask_rival(data, product.pki)
    pairs = [(measure(lambda: ask_rival(data, product.pki)), measure(lambda: engine.validate(data))) for _round in range(options.rounds)]
    rival, own = (1000 * statistics.median(values) for values in zip(*pairs, strict=True))
    ratio = statistics.median(mine / theirs for theirs, mine in pairs)
    print(f"warm_cpu    pyHanko {rival:.1f} ms   product {own:.1f} ms   ratio {ratio:.2f}", flush=True)

    first = 0
    for number in range(options.checks):
        if number == options.checks // 10:
            first = read_memory(os.getpid(), "VmRSS")
        engine.validate(data)
    last = read_memory(os.getpid(), "VmRSS")
    print(f"rss_growth  {first >> 20} MB after {options.checks // 10} checks, {last >> 20} MB after {options.checks}", flush=True)
    print(json.dumps({"bench": "validation", "ratios": {"warm_cpu": round(ratio, 3), "rss_growth": round(last / first, 3)}}))


if __name__ == "__main__":
    main()
