"""pyHanko as its manual shows it: one call makes a B-LTA, with a session, a context and a timestamper of its own."""

from __future__ import annotations

import os
from io import BytesIO
from typing import TYPE_CHECKING

from asn1crypto import pem, x509
from floor import read_pin
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.pkcs11 import PKCS11Signer, TokenCriteria, open_pkcs11_session
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko_certvalidator import ValidationContext

if TYPE_CHECKING:
    from product import Product

LOGIN = "montana.seal"


def sign_in_one_call(data: bytes, product: Product) -> bytes:
    root, issuer = (x509.Certificate.load(pem.unarmor((product.pki / name).read_bytes())[2]) for name in ("root.pem", "chain.pem"))
    context = ValidationContext(trust_roots=[root], other_certs=[issuer], allow_fetching=True, revocation_mode="hard-fail")
    metadata = PdfSignatureMetadata(
        field_name="Signature1",
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        embed_validation_info=True,
        use_pades_lta=True,
        validation_context=context,
    )
    criteria = TokenCriteria(label=LOGIN)
    with open_pkcs11_session(os.environ["OA_PKCS11_MODULE"], token_criteria=criteria, user_pin=read_pin(LOGIN)) as session:
        signer = PKCS11Signer(session, cert_label="sign", key_label="sign", ca_chain=[issuer])
        pdf_signer = PdfSigner(metadata, signer, timestamper=HTTPTimeStamper(product.timestamp_url))
        output = pdf_signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(data)))
    return bytes(output.getvalue())
