"""What may be signed at all."""

import pytest
from oa_signing.core.errors import ActiveContentError, EmptyPayloadError, EncryptedPdfError, MalformedPdfError, NotPdfError
from oa_signing.core.pdf_guard import check_plain, check_signable
from oa_signing.core.pdf_plain import PlainPdf
from oa_signing.core.pdf_syntax import NotPlainError
from papers import make_active_pdf, make_hiding_pdf, make_pdf


def test_pages_of_a_plain_file_are_counted() -> None:
    assert check_signable(make_pdf(pages=3)) == 3


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", EmptyPayloadError),
        (b"PK\x03\x04 a spreadsheet named .pdf", NotPdfError),
        (b"\n" + make_pdf(), NotPdfError),
        (b"%PDF-1.7\nnothing follows", MalformedPdfError),
        (make_pdf()[:300], MalformedPdfError),
        (make_pdf(password="secret"), EncryptedPdfError),
    ],
)
def test_what_is_no_sound_pdf_is_refused_with_its_reason(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        check_signable(data)


@pytest.mark.parametrize("action", ["javascript", "launch"])
def test_file_that_acts_by_itself_is_refused_by_name(action: str) -> None:
    with pytest.raises(ActiveContentError) as caught:
        check_signable(make_active_pdf(action))
    assert caught.value.data["what"] == action


# What a file may hide, where it hides it, and how it is called when it is refused.
HIDDEN = {
    "action after an action": ("/OpenAction << /S /GoTo /D [3 0 R /Fit] /Next << /S /JavaScript /JS (x) >> >>", "javascript"),
    "action of a chain": ("/OpenAction << /S /URI /URI (https://example.bg) /Next [<< /S /Launch /F (a.exe) >>] >>", "launch"),
    "names of scripts": ("/Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (x) >>] >> >>", "javascript"),
    "embedded files": ("/Names << /EmbeddedFiles << /Names [(a) << /Type /Filespec /F (a) /EF << >> >>] >> >>", "embedded"),
    "action of the document": ("/AA << /WC << /S /JavaScript /JS (x) >> >>", "javascript"),
    "page of another file": ("/OpenAction << /S /GoToR /F (other.pdf) /D [0 /Fit] >>", "external"),
    "page of an embedded file": ("/OpenAction << /S /GoToE /D [0 /Fit] >>", "external"),
    "import": ("/OpenAction << /S /ImportData /F (a.fdf) >>", "import_data"),
    "form that is sent": ("/AcroForm << /Fields [] /X << /S /SubmitForm /F << /FS /URL /F (https://example.bg) >> >> >>", "submit"),
    "form in XML": ("/AcroForm << /Fields [] /XFA (x) >>", "xfa"),
    "film": ("/X << /Subtype /RichMedia /RichMediaContent << >> >>", "media"),
    "sound": ("/OpenAction << /S /Sound >>", "media"),
    "layers": ("/OpenAction << /S /SetOCGState /State [/OFF] >>", "hidden"),
    "picture from the network": ("/X << /Type /XObject /Ref << /F (x.pdf) >> >>", "external"),
    "file at an address": ("/X << /FS /URL /F (https://example.bg/a.pdf) >>", "external"),
    "name with an escape": ("/OpenAction << /S /Java#53cript /J#53 (x) >>", "javascript"),
}


@pytest.mark.parametrize(("entry", "what"), HIDDEN.values(), ids=HIDDEN)
@pytest.mark.parametrize("is_packed", [False, True], ids=["plain", "in an object stream"])
def test_hidden_content_is_found_wherever_it_is(entry: str, what: str, is_packed: bool) -> None:
    data = make_hiding_pdf(entry, is_packed=is_packed)

    with pytest.raises(ActiveContentError) as caught:
        check_signable(data)
    assert caught.value.data["what"] == what
    with pytest.raises(NotPlainError):
        check_plain(PlainPdf(data))


@pytest.mark.parametrize(
    "entry",
    ["/OpenAction [3 0 R /Fit]", "/OpenAction << /S /GoTo /D [3 0 R /Fit] >>", "/X << /S /URI /URI (https://example.bg) >>", "/Lang (/JS)"],
)
def test_harmless_content_is_signed(entry: str) -> None:
    assert check_signable(make_hiding_pdf(entry)) == 1
