"""Digest of a content: what the people of a route have agreed to, no more and no less."""

import hashlib
import json
from collections.abc import Iterable, Mapping


def compute_content_hash(fields: Mapping[str, str], file_digests: Iterable[str]) -> str:
    """SHA-256 over canonical JSON; the order of fields and of files plays no part."""
    content = {"fields": dict(fields), "files": sorted(file_digests)}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
