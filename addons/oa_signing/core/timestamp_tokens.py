"""RFC 3161 tokens that stand alone: the proof that something existed at a time, beside whatever it is."""

from asn1crypto import cms, tsp
from pyhanko.sign.general import CMSExtractionError
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext

from .errors import TimestampError
from .ports import TrustPort

_ALGORITHM = "sha256"


async def make_token(digest: bytes, timestamper: TimeStamper | None, trust: TrustPort) -> bytes:
    """Ask for the token of a SHA-256 and check it before anybody relies on it."""
    if timestamper is None:
        raise TimestampError("not set")
    try:
        token = await timestamper.async_timestamp(digest, _ALGORITHM)
    except (TimestampRequestError, OSError, ValueError) as error:
        raise TimestampError(str(error)) from error
    data: bytes = token.dump()
    await check_token(data, digest, trust)
    return data


async def check_token(data: bytes, digest: bytes, trust: TrustPort) -> None:
    """Refuse a token for other bytes, with a bad signature, or by an authority that was not trusted at its time."""
    try:
        container = cms.ContentInfo.load(data, strict=True)["content"]
        info = container["encap_content_info"]["content"].parsed
        if not isinstance(info, tsp.TSTInfo):
            raise TimestampError("no token")
        context = ValidationContext(
            trust_manager=trust.get_manager(),
            other_certs=trust.get_intermediates(),
            moment=info["gen_time"].native,
            # The authority's certificate has usually ended when a token is looked at years later; its own time counts.
            allow_fetching=False,
        )
        status = await validate_tst_signed_data(container, context, lambda algorithm: digest if algorithm == _ALGORITHM else b"")
    except (SignatureValidationError, CMSExtractionError, ValueError, KeyError, TypeError) as error:
        raise TimestampError(str(error)) from error
    if not (status["intact"] and status["valid"] and status["trust_problem_indic"] is None):
        raise TimestampError("not trusted" if status["intact"] and status["valid"] else "altered")
