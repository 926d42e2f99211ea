"""E-mails as they really come."""

from email.message import EmailMessage

import pytest
from oa_registry.core.errors import MailError
from oa_registry.core.mail_message import MOST_PARTS, clean_name, decode_words, read_headers, read_mail
from oa_registry.core.mail_triage import Verdict, judge

CYRILLIC = "Заявление за достъп"


def build(text="Уважаеми госпожи и господа", subject=CYRILLIC, **headers):
    message = EmailMessage()
    message["From"] = "Рада Пробна <rada@example.com>"
    message["To"] = "registry@example.org"
    message["Subject"] = subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def test_an_undeclared_windows_1251_header_and_body_are_read():
    raw = b"From: rada@example.com\r\nSubject: " + CYRILLIC.encode("cp1251") + b"\r\n\r\n" + "Здравейте".encode("cp1251")
    facts = read_mail(raw)
    assert (facts.subject, facts.text) == (CYRILLIC, "Здравейте")


def test_a_letter_cut_between_two_encoded_words_is_whole():
    assert decode_words("=?utf-8?B?0A==?= =?utf-8?B?n9GC?=") == "Пт"


@pytest.mark.parametrize(
    "header",
    [
        b'attachment; filename="=?windows-1251?B?5/Dr4uvl7ejlLnBkZg==?="',
        b"attachment; filename*=windows-1251''%F1%EA%E8%F6%E0.pdf",
        b'attachment; filename="' + "скица.pdf".encode("cp1251") + b'"',
        b"attachment; filename*0*=utf-8''%D1%81%D0%BA; filename*1*=%D0%B8%D1%86%D0%B0.pdf",
    ],
)
def test_a_cyrillic_name_of_a_file_is_read_however_it_is_written(header):
    raw = b"From: a@example.com\r\nContent-Type: application/pdf\r\nContent-Disposition: " + header + b"\r\n\r\n%PDF-1.7"
    (attachment,) = read_mail(raw).attachments
    assert attachment.name.endswith(".pdf")
    assert attachment.name[0] in "зсc" and all(char in "абвгдежзийклмнопрстуфхцчшщъьюяЗ.pdf" for char in attachment.name)


def test_html_without_plain_text_becomes_text():
    message = build("<style>p{}</style><p>Ред 1</p><script>x()</script><p>Ред&nbsp;2</p>")
    message.replace_header("Content-Type", "text/html; charset=utf-8")
    assert read_mail(bytes(message)).text == "Ред 1\nРед\xa02"


def test_a_picture_of_the_signature_is_no_attachment_and_a_named_one_is():
    message = build()
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="снимка.png")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", disposition="inline", cid="<logo>")
    assert [attachment.name for attachment in read_mail(bytes(message)).attachments] == ["снимка.png"]


def test_an_attached_message_stays_a_message():
    message = build()
    message.add_attachment(build(subject="Вътрешно писмо"))
    (attachment,) = read_mail(bytes(message)).attachments
    assert attachment.name == "Вътрешно писмо.eml"
    assert read_mail(attachment.data).subject == "Вътрешно писмо"


def test_a_name_cannot_leave_its_folder():
    assert clean_name("..\\..\\etc/passwd", "x") == "passwd"
    assert clean_name("\x00/", "файл.bin") == "файл.bin"
    assert clean_name("я" * 300 + ".pdf", "x").endswith("я.pdf")


def test_a_message_of_too_many_parts_is_refused():
    raw = b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\nx\r\n" * (MOST_PARTS + 1)
    with pytest.raises(MailError):
        read_mail(raw)


def test_a_message_nested_too_deep_is_refused():
    raw = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level) for level in range(3000))
    with pytest.raises(MailError):
        read_mail(raw)


def test_the_moment_is_in_utc_and_nonsense_is_no_moment():
    assert read_headers(b"Date: Mon, 2 Nov 2026 10:00:00 +0200\r\n\r\n").sent_at == "2026-11-02 08:00:00"
    assert read_headers(b"Date: yesterday\r\n\r\n").sent_at == ""


def test_recipients_come_from_every_header_that_names_them():
    facts = read_headers(b"To: =?utf-8?B?0JA=?= <A@Example.org>, b@example.org\r\nX-Envelope-To: c@example.org\r\n\r\n")
    assert facts.recipients == ("a@example.org", "b@example.org", "c@example.org")


@pytest.mark.parametrize(
    ("headers", "verdict"),
    [
        ({}, Verdict.LETTER),
        ({"Auto_Submitted": "no"}, Verdict.LETTER),
        ({"Auto_Submitted": "auto-replied (vacation)"}, Verdict.AUTO_REPLY),
        ({"Precedence": "bulk"}, Verdict.AUTO_REPLY),
        ({"List_Id": "<news.example.com>"}, Verdict.AUTO_REPLY),
        ({"X_Loop": "registry@example.org"}, Verdict.LOOP),
    ],
)
def test_machines_and_loops_are_told_from_letters(headers, verdict):
    assert judge(read_mail(bytes(build(**headers))), {"registry@example.org"}) is verdict


def test_our_own_address_as_sender_is_a_loop():
    assert judge(read_mail(bytes(build())), {"rada@example.com"}) is Verdict.LOOP


def test_a_message_without_text_and_files_is_empty():
    assert judge(read_mail(bytes(build(text=" \n"))), ()) is Verdict.EMPTY


def test_what_comes_back_names_our_message():
    raw = (
        b"From: MAILER-DAEMON@example.net\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        b"--b\r\n\r\nUser unknown\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-Id: <our@example.org>\r\n--b--\r\n"
    )
    facts = read_mail(raw)
    assert judge(facts, ()) is Verdict.BOUNCE
    assert "<our@example.org>" in facts.returned
