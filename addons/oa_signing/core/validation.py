"""The verdict on any file: what it is, is told by its bytes; the format's own file judges.

A file is as good as its worst signature. Every exception of a reader on a foreign file becomes a verdict, not a crash.
"""

from . import asic_validation, cms_validation, pades_validation, xades_validation
from .content import Content, detect
from .errors import EncryptedPdfError, PayloadError, PayloadTooHardError
from .ports import Helpers
from .specs import DocumentVerdict, Outcome


async def validate(data: bytes, helpers: Helpers, original: bytes | None = None) -> DocumentVerdict:
    """All signatures of a file; `original` is the signed file of a signature that lies beside it."""
    try:
        return await _judge(data, helpers, original)
    except (EncryptedPdfError, PayloadTooHardError) as error:
        return DocumentVerdict(Outcome.INDETERMINATE, (error.code,))
    except PayloadError as error:
        return DocumentVerdict(Outcome.INVALID, (error.code,))
    except RecursionError:
        # So deep that readers give up.
        return DocumentVerdict(Outcome.INDETERMINATE, (PayloadTooHardError.code,))
    except MemoryError:
        raise
    except Exception:  # foreign files break readers in every way there is
        return DocumentVerdict(Outcome.INVALID, ("unreadable",))


async def _judge(data: bytes, helpers: Helpers, original: bytes | None) -> DocumentVerdict:
    match detect(data):
        case Content.PDF:
            return await pades_validation.validate(data, helpers)
        case Content.XML:
            return await xades_validation.validate(data, helpers, original)
        case Content.CMS:
            return await cms_validation.validate(data, helpers, original)
        case Content.CONTAINER:
            return await asic_validation.validate(data, helpers)
    return DocumentVerdict(Outcome.INDETERMINATE, ("no_signature",))
