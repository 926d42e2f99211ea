"""Damage to signed files: what was signed differs afterwards, so nobody may call the result valid."""

import random
import time
from dataclasses import dataclass, field

from oa_signing.core import asic, cades, xmldsig
from oa_signing.core.content import Content, detect
from oa_signing.core.specs import Outcome, SignatureFormat
from people import Signers

SLOWEST = 10.0


@dataclass
class Report:
    """What happened to the files of one format, by their numbers."""

    outcomes: dict[str, int] = field(default_factory=dict)
    crashed: list[int] = field(default_factory=list)
    slow: list[int] = field(default_factory=list)
    believed: list[int] = field(default_factory=list)
    slowest: float = 0.0


def mutate(signers: Signers, kind: SignatureFormat, data: bytes, *, count: int, seed: int) -> Report:
    """A freshly signed file, damaged so many times."""
    return mutate_signed(signers, signers.sign(data, kind), data if kind.is_detached else None, count=count, seed=seed)


def mutate_signed(signers: Signers, signed: bytes, original: bytes | None = None, *, count: int, seed: int) -> Report:
    """Judge so many damaged files; a file that is still called valid is believed unless its damage is known to be harmless."""
    chance, report = random.Random(seed), Report()
    for number in range(count):
        broken = damage(signed, chance)
        began = time.monotonic()
        try:
            outcome = signers.engine.validate(broken, original).outcome
        except (MemoryError, RecursionError):
            # The worker says "too hard" for these; the reader itself has ended.
            outcome = Outcome.INDETERMINATE
        except Exception:
            report.crashed.append(number)
            continue
        took = time.monotonic() - began
        report.slowest = max(report.slowest, took)
        report.outcomes[str(outcome)] = report.outcomes.get(str(outcome), 0) + 1
        if took > SLOWEST:
            report.slow.append(number)
        if outcome == Outcome.VALID and not is_harmless(signed, broken):
            report.believed.append(number)
    return report


def damage(data: bytes, chance: random.Random) -> bytes:
    kind = chance.choice(("bytes", "bytes", "cut", "repeat", "swap", "zero", "text"))
    broken = bytearray(data)
    first, second = sorted(chance.randrange(len(data)) for _end in range(2))
    if kind == "bytes":
        for _hit in range(chance.randint(1, 8)):
            place = chance.randrange(len(broken))
            broken[place] ^= chance.randint(1, 255)
    elif kind == "cut":
        del broken[first : min(second, first + 2000) + 1]
    elif kind == "repeat":
        broken[first:first] = data[first : second + 1][:5000]
    elif kind == "swap":
        length = min(500, second - first)
        broken[first : first + length], broken[second : second + length] = data[second : second + length], data[first : first + length]
    elif kind == "zero":
        broken[first : second + 1] = bytes(min(second + 1, len(data)) - first)
    else:
        place = chance.randrange(len(data))
        broken[place:place] = chance.choice((b"<!-- -->", b"<a/>", b"/JS", b"\n%%EOF\n", b"%", b"\x30\x80"))
    return bytes(broken)


def is_harmless(signed: bytes, broken: bytes) -> bool:
    """Only what no signature covers has changed: padding, unsigned attributes, headers of a ZIP."""
    if signed == broken:
        return True
    try:
        return _read_signed(signed) == _read_signed(broken)
    except Exception:  # whatever cannot be read has changed
        return False


def _read_signed(data: bytes) -> object:
    """What the signatures of a file speak of."""
    match detect(data):
        case Content.PDF:
            start = data.find(b"/Contents <")
            return data[:start] + data[data.find(b">", start) :]
        case Content.XML:
            tree = xmldsig.parse(data)
            for item in list(tree.iter(xmldsig.xades("UnsignedProperties"))):
                # A countersignature is as signed as anything.
                if item.find(f".//{xmldsig.xades('CounterSignature')}") is None:
                    item.getparent().remove(item)
            return xmldsig.canonicalize(tree)
        case Content.CMS:
            signed_data = cades.read_signed_data(data)
            return [(item["signed_attrs"].dump(), item["signature"].native) for item in signed_data["signer_infos"]]
        case Content.CONTAINER:
            members = asic.read(data).members
            return {name: _read_signed(item) if name.startswith(asic.META) else item for name, item in members.items()}
    return data
