"""A ZIP with everything needed to check a signature without us and without a network, and a page that says how."""

import hashlib
import json
import zipfile
from io import BytesIO
from typing import Any

from .extraction import Extracted

_README = """\
ДОКАЗАТЕЛСТВА ЗА ЕЛЕКТРОНЕН ПОДПИС
==================================

{summary}

Всичко тук се проверява без нашата система и без връзка с интернет. Нужни са само общодостъпните програми
openssl и pdfsig (пакет poppler-utils). Командите се изпълняват в папката, в която е разархивиран този файл.

Какво има тук
-------------
{contents}

1. Файловете са тези, които са издадени
---------------------------------------
    sha256sum -c SHA256SUMS

2. Подписаният файл съдържа непроменения оригинал (началото му е самият оригинал)
--------------------------------------------------------------------------------
    cmp -n $(stat -c %s original.pdf) original.pdf signed.pdf

3. Подписите са цели
--------------------
    pdfsig -nocert signed.pdf

{steps}
Бележки
-------
* Коренните удостоверения са в certificates-roots.pem. Те идват от самия файл, а когато в него ги няма, са тези, на които
  системата се доверява: сравнете отпечатъците им с обявените от доставчика и в доверителния списък на Европейския съюз.
      openssl x509 -in certificates-roots.pem -noout -subject -fingerprint -sha256
* report.json е протоколът от последната проверка в системата, slip.pdf е разписката за подписа.
* Ако срокът на удостоверение вече е изтекъл, добавете -no_check_time към командите openssl cms и openssl ts:
  че подписът е от по-рано, се доказва с времевия печат.
"""
_CONTENTS = (
    ("signed.pdf", "подписаният файл"),
    ("original.pdf", "файлът преди подписването"),
    ("slip.pdf", "разписка за подписа"),
    ("report.json", "протокол от проверката"),
    ("signature-*.p7s", "самите подписи (CMS)"),
    ("signature-*-signer.pem", "удостоверенията на подписалите"),
    ("signature-*-timestamp.tst", "времеви печати на подписите (RFC 3161)"),
    ("document-timestamp-*.tst", "времеви печати на целия файл"),
    ("certificates-*.pem", "коренни и останали удостоверения"),
    ("ocsp-*.der, crl-*.der", "отговори дали удостоверенията са прекратени"),
)


def make_package(own: dict[str, bytes], extracted: Extracted, report: dict[str, Any], summary: str) -> bytes:
    """`own` holds signed.pdf and, as far as they are there, original.pdf and slip.pdf."""
    files = {**own, **extracted.files, "report.json": json.dumps(report, ensure_ascii=False, indent=2).encode()}
    files["ПРОЧЕТИ-МЕ.txt"] = make_readme(files, extracted, summary).encode()
    return write_package(files)


def write_package(files: dict[str, bytes]) -> bytes:
    """The ZIP, with the digest of each file."""
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items()))
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted({**files, "SHA256SUMS": sums.encode()}.items()):
            # The same content gives the same package.
            archive.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def make_readme(files: dict[str, bytes], extracted: Extracted, summary: str) -> str:
    contents = "\n".join(f"  {name:<28} {words}" for name, words in _CONTENTS if _has(files, name))
    steps, number = [], 3
    for name, ranges in extracted.ranges.items():
        for title, commands in _list_checks(files, name, ranges):
            number += 1
            heading = f"{number}. {title}"
            lines = "\n".join(f"    {command}" for command in commands)
            steps.append(f"{heading}\n{'-' * len(heading)}\n{lines}\n")
    if revoked := [*_list_revocation(files)]:
        number += 1
        heading = f"{number}. Отговори за прекратени удостоверения (показват се с часа, в който са дадени)"
        lines = "\n".join(f"    {command}" for command in revoked)
        steps.append(f"{heading}\n{'-' * len(heading)}\n{lines}\n")
    return _README.format(summary=summary, contents=contents, steps="\n".join(steps))


def _has(files: dict[str, bytes], pattern: str) -> bool:
    first = pattern.split(",")[0].split("*")[0]
    return any(name.startswith(first) for name in files)


def _list_checks(files: dict[str, bytes], name: str, ranges: tuple[int, int, int, int]) -> list[tuple[str, list[str]]]:
    trust = "-CAfile certificates-roots.pem"
    _start, first, second, length = ranges
    cut = f"{{ head -c {first} signed.pdf; tail -c +{second + 1} signed.pdf | head -c {length}; }} > {name}.data"
    if f"{name}.tst" in files:
        verify = f"openssl ts -verify -token_in -in {name}.tst -data {name}.data {trust} -untrusted certificates-others.pem"
        return [(f"Времеви печат на целия файл: {name}", [cut, verify])]
    verify = f"openssl cms -verify -binary -inform DER -in {name}.p7s -content {name}.data"
    checks = [
        (
            f"Подпис {name}: подписаните байтове, удостоверението и веригата му",
            [cut, f"{verify} {trust} -certfile certificates-others.pem -purpose any -out /dev/null"],
        )
    ]
    if f"{name}-timestamp.tst" in files:
        stamp = f"{name}-timestamp"
        command = f"openssl ts -verify -token_in -in {stamp}.tst -data {stamp}.data {trust} -untrusted certificates-others.pem"
        checks.append((f"Времеви печат на подпис {name}", [command]))
    return checks


def _list_revocation(files: dict[str, bytes]) -> list[str]:
    commands = [f"openssl ocsp -respin {name} -text -noverify" for name in sorted(files) if name.startswith("ocsp-")]
    return commands + [f"openssl crl -inform DER -in {name} -noout -text" for name in sorted(files) if name.startswith("crl-")]
