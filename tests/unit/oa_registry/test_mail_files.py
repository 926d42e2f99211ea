"""Files inside an e-mail, and what its own signature covers."""

import shutil
import subprocess
from email.message import EmailMessage

import pytest
from oa_registry.core.mail_files import DEEPEST, list_inner_files, read_signed_part


def build(*files, subject="Писмо"):
    message = EmailMessage()
    message["From"], message["Subject"] = "rada@example.com", subject
    message.set_content("Здравейте")
    for name, content in files:
        if isinstance(content, EmailMessage):
            message.add_attachment(content, filename=name)
        else:
            message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message


def test_files_of_the_letter_and_of_the_letter_inside_it_are_found_with_the_way_to_them():
    inner = build(("договор.pdf", b"%PDF-1"))

    found = list_inner_files(bytes(build(("препратено.eml", inner), ("скица.pdf", b"%PDF-2"))))

    assert {file.name: file.data for file in found} == {"скица.pdf": b"%PDF-2", "препратено.eml › договор.pdf": b"%PDF-1"}


def test_letters_in_letters_are_looked_into_so_far_and_no_further():
    message = build(("най-долу.pdf", b"%PDF-1"))
    for _level in range(DEEPEST):
        message = build(("писмо.eml", message))

    assert list_inner_files(bytes(message)) == []
    assert len(list_inner_files(bytes(message.get_payload(1).get_payload(0)))) == 1


@pytest.mark.parametrize("data", [b"", b"\x00" * 100, b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n" * 500])
def test_rubbish_has_no_files(data):
    assert list_inner_files(data) == []


def test_letter_without_a_signature_has_no_signed_part():
    assert read_signed_part(bytes(build(("a.pdf", b"%PDF-1")))) is None
    assert read_signed_part(b"Content-Type: multipart/signed\r\n\r\nx") is None


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the letter")
@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_signed_part_is_what_openssl_signed_whatever_the_ends_of_lines(tmp_path, end):
    def ask(*words):
        subprocess.run(["openssl", *words], cwd=tmp_path, check=True, capture_output=True)

    (tmp_path / "body").write_bytes(b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + "Здравейте".encode() + b"\r\n")
    ask("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key", "-out", "cert", "-subj", "/CN=Rada", "-days", "2")
    ask("smime", "-sign", "-in", "body", "-signer", "cert", "-inkey", "key", "-out", "letter", "-md", "sha256")
    letter = (tmp_path / "letter").read_bytes().replace(b"\r\n", b"\n").replace(b"\n", end)

    (tmp_path / "part").write_bytes(read_signed_part(letter))
    (signature,) = [file.data for file in list_inner_files(letter)]
    (tmp_path / "smime.p7s").write_bytes(signature)
    ask("cms", "-verify", "-binary", "-inform", "DER", "-in", "smime.p7s", "-content", "part", "-noverify", "-out", "out")

    assert (tmp_path / "out").read_bytes() == (tmp_path / "part").read_bytes()
