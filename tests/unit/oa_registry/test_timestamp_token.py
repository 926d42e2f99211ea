"""A token is read with the standard library; what is no token is refused."""

from datetime import UTC, datetime
from hashlib import sha256

import pytest
from asn1crypto import cms, tsp
from oa_registry.core.errors import TimestampTokenError
from oa_registry.core.timestamp_token import read_token

IMPRINT = sha256(b"x").digest()


def make_token(digest=IMPRINT, algorithm="sha256", content_type="tst_info"):
    info = tsp.TSTInfo(
        {
            "version": "v1",
            "policy": "1.2.3",
            "message_imprint": {"hash_algorithm": {"algorithm": algorithm}, "hashed_message": digest},
            "serial_number": 0xABCDEF0123,
            "gen_time": datetime(2026, 3, 3, 0, 10, 5, tzinfo=UTC),
        }
    )
    content = {"content_type": content_type, "content": cms.ParsableOctetString(info.dump())}
    signed = cms.SignedData({"version": "v3", "digest_algorithms": [], "encap_content_info": content, "signer_infos": []})
    return cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()


def test_a_token_says_what_when_and_by_which_number():
    token = read_token(make_token())
    assert token.digest == sha256(b"x").digest()
    assert token.at == datetime(2026, 3, 3, 0, 10, 5)
    assert token.serial == 0xABCDEF0123


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"0",
        b"nonsense",
        make_token()[:-1],
        make_token() + b"x",
        make_token(algorithm="sha512"),
        make_token(content_type="data"),
        cms.ContentInfo({"content_type": "data", "content": b"x"}).dump(),
        b"\x30\x8f" + b"x" * 20,
    ],
)
def test_what_is_no_token_is_refused(data):
    with pytest.raises(TimestampTokenError):
        read_token(data)
