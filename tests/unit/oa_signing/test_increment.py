"""What somebody may slip into a file before signing it elsewhere; the signature covers it, so only a comparison finds it."""

from collections.abc import Callable
from io import BytesIO

import pytest
from oa_signing.adapters.dummy import DummyAuthority, DummyCard, DummyDocuments, DummyRevocation, DummyTimestamps
from oa_signing.core.errors import ActiveContentError, NotExtendedError, ReturnedInvalidError
from oa_signing.core.specs import SignatureSpec, SignerIdentity
from papers import make_pdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

Change = Callable[[IncrementalPdfFileWriter], None]


@pytest.fixture(scope="module")
def authority() -> DummyAuthority:
    with pytest.warns(UserWarning, match="dummy"):
        return DummyAuthority()


@pytest.fixture(scope="module")
def documents(authority: DummyAuthority) -> DummyDocuments:
    return DummyDocuments(authority, DummyTimestamps(authority), DummyRevocation(authority))


@pytest.fixture(scope="module")
def card(authority: DummyAuthority) -> DummyCard:
    return DummyCard(authority, "Явор Щерев")


def sign(documents: DummyDocuments, card: DummyCard, data: bytes) -> bytes:
    prepared = documents.prepare(data, SignatureSpec(), SignerIdentity(card.certificate))
    return documents.finish(data, prepared.state, card.sign(prepared.to_be_signed.octets)).data


def change(data: bytes, act: Change) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(data))
    act(writer)
    buffer = BytesIO()
    writer.write(buffer)
    assert buffer.getvalue().startswith(data)
    return buffer.getvalue()


def get_page(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    page: generic.DictionaryObject = writer.root["/Pages"]["/Kids"][0]
    return page


def add_note(writer: IncrementalPdfFileWriter) -> None:
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 300, 300))),
        }
    )
    page = get_page(writer)
    page["/Annots"] = generic.ArrayObject([writer.add_object(note)])
    writer.update_container(page)


def write_over(writer: IncrementalPdfFileWriter) -> None:
    page = get_page(writer)
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"BT ET"))
    writer.update_container(page)


def replace_content(writer: IncrementalPdfFileWriter) -> None:
    stream = get_page(writer)["/Contents"]
    stream._data = b"BT ET"
    stream._encoded_data = None
    writer.update_container(stream)


def turn_page(writer: IncrementalPdfFileWriter) -> None:
    page = get_page(writer)
    page["/Rotate"] = generic.NumberObject(180)
    writer.update_container(page)


def open_elsewhere(writer: IncrementalPdfFileWriter) -> None:
    writer.root["/OpenAction"] = generic.DictionaryObject(
        {pdf_name("/S"): pdf_name("/URI"), pdf_name("/URI"): generic.TextStringObject("https://elsewhere.example")}
    )
    writer.update_root()


def test_signature_alone_is_taken(documents: DummyDocuments, card: DummyCard) -> None:
    base = make_pdf()

    returned = documents.examine(base, sign(documents, card, base))

    assert returned.identity.certificate == card.certificate
    assert returned.timestamp_at


@pytest.mark.parametrize("act", [add_note, write_over, replace_content, turn_page, open_elsewhere])
def test_anything_slipped_in_before_signing_is_found(documents: DummyDocuments, card: DummyCard, act: Change) -> None:
    base = make_pdf()

    with pytest.raises((NotExtendedError, ActiveContentError)):
        documents.examine(base, sign(documents, card, change(base, act)))


@pytest.mark.parametrize("act", [add_note, write_over, turn_page])
def test_anything_slipped_in_between_two_signatures_is_found(documents: DummyDocuments, card: DummyCard, act: Change) -> None:
    base = sign(documents, card, make_pdf())

    with pytest.raises((NotExtendedError, ReturnedInvalidError)):
        documents.examine(base, sign(documents, card, change(base, act)))


@pytest.mark.parametrize("act", [add_note, turn_page])
def test_anything_appended_after_signing_is_found(documents: DummyDocuments, card: DummyCard, act: Change) -> None:
    base = make_pdf()

    with pytest.raises((NotExtendedError, ReturnedInvalidError)):
        documents.examine(base, change(sign(documents, card, base), act))


def test_signed_file_that_does_not_begin_with_the_given_bytes_is_refused(documents: DummyDocuments, card: DummyCard) -> None:
    given, other = make_pdf("Order 45"), make_pdf("Order 46")

    for returned, what in ((sign(documents, card, other), "beginning"), (given[:-1], "beginning"), (given, "unsigned")):
        with pytest.raises(NotExtendedError) as caught:
            documents.examine(given, returned)
        assert caught.value.data["what"] == what
