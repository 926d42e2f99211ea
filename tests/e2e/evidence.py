"""Witnesses from outside the product: the mail catcher's folder, poppler's pdfsig and pyHanko's own command line."""

from __future__ import annotations

import email
import email.policy
import os
import re
import subprocess
from email.message import EmailMessage
from pathlib import Path


def find_mails(folder: Path, recipient: str, words: str = "") -> list[EmailMessage]:
    """Caught messages to this address whose subject holds these words, the newest last."""
    return [
        message
        for path in sorted(folder.glob("*.eml"))
        if recipient in (message := read_mail(path))["X-Envelope-To"] and words in str(message["Subject"])
    ]


def read_mail(path: Path) -> EmailMessage:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def get_pdf(message: EmailMessage) -> bytes:
    """The one PDF that the message carries."""
    (data,) = [part.get_payload(decode=True) for part in message.iter_attachments() if part.get_content_type() == "application/pdf"]
    assert isinstance(data, bytes)
    return data


def read_text(pdf: Path) -> str:
    return subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout


def ask_pdfsig(pdf: Path) -> str:
    """What poppler says of the signatures; it does not know the demo root, so trust is not asked."""
    done = subprocess.run(["pdfsig", "-nocert", pdf], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def ask_pyhanko(pdf: Path, pki: Path) -> str:
    """The verdict of pyHanko's command line with the demo root as the only trust and no network."""
    command = [
        Path(os.environ["OA_SIGNING_PYTHON"]).parent / "pyhanko", "sign", "validate", "--pretty-print",
        "--trust", pki / "root.pem", "--trust-replace", pdf,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def cut_to_what_is_signed(pdf: bytes, answer: str) -> bytes:
    """The file as it was at the moment of the signature: evidence of its validity is added behind it later."""
    end = max(int(number) for number in re.findall(r"\[\d+ - (\d+)\]", answer))
    return pdf[:end]


def ask_openssl(signature: bytes, content: bytes, pki: Path, folder: Path) -> str:
    """OpenSSL's verdict on a CAdES signature beside its file, with the demo root as the only trust."""
    (folder / "signature.p7s").write_bytes(signature)
    (folder / "content").write_bytes(content)
    command = [
        "openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-purpose", "any", "-in", "signature.p7s",
        "-content", "content", "-CAfile", str(pki / "root.pem"), "-out", "/dev/null",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return "successful" if "Verification successful" in done.stderr else done.stderr


def ask_xmlsec(data: bytes, folder: Path) -> str:
    """The verdict of the XML Security Library on the one signature of a document, by the first certificate in it."""
    (folder / "signed.xml").write_bytes(data)
    script = """
import base64, sys, xmlsec
from lxml import etree
tree = etree.parse(sys.argv[1])
ds = "{http://www.w3.org/2000/09/xmldsig#}"
xmlsec.tree.add_ids(tree.getroot(), ["Id"])
context = xmlsec.SignatureContext()
certificate = base64.b64decode(tree.find(f".//{ds}X509Certificate").text)
context.key = xmlsec.Key.from_memory(certificate, xmlsec.constants.KeyDataFormatCertDer)
try:
    context.verify(tree.find(f".//{ds}Signature"))
    print("valid")
except xmlsec.Error:
    print("invalid")
"""
    command = [os.environ["OA_SIGNING_PYTHON"], "-c", script, folder / "signed.xml"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or done.stderr
