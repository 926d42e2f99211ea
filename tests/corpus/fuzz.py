#!/usr/bin/env python3
"""Damage 2,000 files of each format and shape and see that each gets a verdict in time and none a false "valid".

./oa run -- "$OA_SIGNING_PYTHON" tests/corpus/fuzz.py [--count 2000] [--seed 1] [--format pades]
"""

import argparse
import logging
import sys
import types
import warnings
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "addons"), str(HERE.parent / "unit/oa_signing")]
# Core and adapters without the addon's __init__, which wants Odoo.
_package = types.ModuleType("oa_signing")
_package.__path__ = [str(HERE.parents[1] / "addons/oa_signing")]
sys.modules["oa_signing"] = _package

from mutations import Report, mutate, mutate_signed  # noqa: E402
from oa_signing.core.specs import SignatureFormat  # noqa: E402
from papers import make_pdf  # noqa: E402
from people import Signers  # noqa: E402
from xml_cases import countersign_xml, envelop  # noqa: E402

XML = b"<a><b>text</b></a>"
XML_SHAPES = {
    "xades_countersigned": lambda signers: countersign_xml(signers.sign(XML, SignatureFormat.XADES), signers, signers.person),
    "xades_enveloping": lambda signers: envelop(signers, XML),
}


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--format", choices=[*map(str, SignatureFormat), *XML_SHAPES], action="append")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    signers, is_good = Signers(), True
    for name in options.format or [*SignatureFormat, *XML_SHAPES]:
        report = _mutate(signers, str(name), options.count, options.seed)
        bad = f"crashed {report.crashed}  slow {report.slow}  believed {report.believed}"
        print(f"{name:<18} {report.outcomes}  slowest {report.slowest:.2f} s  {bad}", flush=True)
        is_good = is_good and not (report.crashed or report.slow or report.believed)
    return 0 if is_good else 1


def _mutate(signers: Signers, name: str, count: int, seed: int) -> Report:
    if name in XML_SHAPES:
        return mutate_signed(signers, XML_SHAPES[name](signers), count=count, seed=seed)
    kind = SignatureFormat(name)
    data = XML if kind == SignatureFormat.XADES else make_pdf()
    return mutate(signers, kind, data, count=count, seed=seed)


if __name__ == "__main__":
    sys.exit(main())
