"""The package of a signature that is not inside a PDF: its files by plain names, and the commands that check them."""

import json
from typing import Any

from .evidence_package import write_package
from .specs import SignatureFormat

_CHAIN = "-CAfile certificates-roots.pem -certfile certificates-others.pem -purpose any"
_CMS = f"openssl cms -verify -cades -binary -inform DER {_CHAIN} -out /dev/null"
_XML = (
    "xmlsec1 --verify --id-attr:Id SignedProperties --trusted-pem certificates-roots.pem "
    "--untrusted-pem certificates-others.pem --enabled-key-data x509"
)
_UNPACK = ("Разопаковане на контейнера", "mkdir -p container && unzip -o -q signed.asice -d container")
_README = """\
ДОКАЗАТЕЛСТВА ЗА ЕЛЕКТРОНЕН ПОДПИС
==================================

{summary}

Всичко тук се проверява без нашата система и без връзка с интернет. Нужни са само общодостъпните програми
openssl, unzip и xmlsec1. Командите се изпълняват в папката, в която е разархивиран този файл.

Какво има тук
-------------
{contents}

1. Файловете са тези, които са издадени
---------------------------------------
    sha256sum -c SHA256SUMS

{steps}
Бележки
-------
* Коренните удостоверения са тези, на които системата се доверява: сравнете отпечатъците им с обявените от доставчика
  и в доверителния списък на Европейския съюз.
      openssl x509 -in certificates-roots.pem -noout -subject -fingerprint -sha256
* report.json е протоколът от последната проверка в системата, slip.pdf е разписката за подписа.
* Ако срокът на удостоверение вече е изтекъл, добавете -no_check_time към командите openssl cms, а към xmlsec1
  --verification-time с часа на подписване от report.json.
"""


def name_files(kind: SignatureFormat, file_name: str, data: bytes, original: bytes | None) -> dict[str, bytes]:
    """The signature and the file that it signs, as the commands call them."""
    match kind:
        case SignatureFormat.CADES:
            return {"signature.p7s": data, "original.bin": original or b""}
        case SignatureFormat.XADES_DETACHED:
            # The signature calls its file by its name.
            return {"signature.xml": data, file_name.replace("/", "_"): original or b""}
        case SignatureFormat.XADES:
            return {"signed.xml": data}
    return {"signed.asice": data}


def list_steps(kind: SignatureFormat) -> list[tuple[str, str]]:
    """Titles and commands, for a person who has nothing but common programs."""
    match kind:
        case SignatureFormat.CADES:
            return [("Подписът до файла, удостоверението и веригата му", f"{_CMS} -in signature.p7s -content original.bin")]
        case SignatureFormat.XADES_DETACHED:
            return [("Подписът до файла, удостоверението и веригата му", f"{_XML} signature.xml")]
        case SignatureFormat.XADES:
            return [("Подписът в самия XML, удостоверението и веригата му", f"{_XML} signed.xml")]
        case SignatureFormat.ASIC_CADES:
            each = "for s in META-INF/signature*.p7s; do n=${s#META-INF/signature}; m=META-INF/ASiCManifest${n%.p7s}.xml;"
            check = f'{_in_container(_CMS)} -in "$s" -content "$m" || exit 1; done'
            digests = (
                'for f in *; do case $f in META-INF|mimetype) ;; *) openssl dgst -sha256 -binary "$f" | base64; echo "  $f";; esac; done'
            )
            return [
                _UNPACK,
                ("Подписите върху описа на файловете", f"(cd container && {each} {check})"),
                ("Отпечатъците на файловете: те стоят в META-INF/ASiCManifest*.xml (DigestValue)", f"(cd container && {digests})"),
            ]
    each = f'for s in META-INF/signatures*.xml; do {_in_container(_XML)} "$s" || exit 1; done'
    return [_UNPACK, ("Подписите върху файловете в контейнера", f"(cd container && {each})")]


def make_package(kind: SignatureFormat, files: dict[str, bytes], report: dict[str, Any], summary: str) -> bytes:
    """`files` are those of `name_files`, slip.pdf and the certificates."""
    files = {**files, "report.json": json.dumps(report, ensure_ascii=False, indent=2).encode()}
    steps = []
    for number, (title, command) in enumerate(list_steps(kind), 2):
        heading = f"{number}. {title}"
        steps.append(f"{heading}\n{'-' * len(heading)}\n    {command}\n")
    contents = "\n".join(f"  {name}" for name in sorted(files))
    readme = _README.format(summary=summary, contents=contents, steps="\n".join(steps))
    return write_package({**files, "ПРОЧЕТИ-МЕ.txt": readme.encode()})


def _in_container(command: str) -> str:
    return command.replace("certificates-", "../certificates-")
