"""What may be signed at all."""

import pytest
from oa_signing.core.errors import ActiveContentError, EmptyPayloadError, EncryptedPdfError, MalformedPdfError, NotPdfError
from oa_signing.core.pdf_guard import check_signable
from papers import make_active_pdf, make_pdf


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
