"""CompleteMultipartUpload with the checks of S3: size and order of the parts, and the right to the key."""

from typing import Any
from xml.etree.ElementTree import ParseError, fromstring

import hooks
import kms_on_writes
from ministack.services import s3

_SMALLEST_PART_BYTES = 5 * 1024 * 1024
_KEY_ID = "x-amz-server-side-encryption-aws-kms-key-id"

_original_complete: Any = None


def install() -> None:
    global _original_complete
    _original_complete = hooks.function(s3, "_complete_multipart_upload", "bucket_name key body query_params headers")
    hooks.require(s3, "_multipart_uploads _qp _error")
    hooks.replace(s3, "_complete_multipart_upload", complete_multipart_upload)


def complete_multipart_upload(
    bucket_name: str, key: str, body: bytes, query_params: dict[str, Any], headers: dict[str, str] | None = None
) -> Any:
    """Leaves unknown and completed uploads to MiniStack."""
    upload = s3._multipart_uploads.get(s3._qp(query_params, "uploadId"))
    refused = _refusal(upload, body, headers or {}) if upload is not None else None
    return refused or _original_complete(bucket_name, key, body, query_params, headers)


def _refusal(upload: dict[str, Any], body: bytes, headers: dict[str, str]) -> Any:
    numbers = _part_numbers(body)
    if not numbers:
        return s3._error("MalformedXML", "The XML you provided was not well-formed or names no part.", 400)
    if numbers != sorted(set(numbers)):
        return s3._error("InvalidPartOrder", "The list of parts was not in ascending order.", 400)
    parts = upload["parts"]
    # All parts except the last. Missing parts are left to MiniStack.
    if any(number in parts and parts[number]["size"] < _SMALLEST_PART_BYTES for number in numbers[:-1]):
        return s3._error("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", 400)
    key_id = upload["preserved_headers"].get(_KEY_ID)
    # S3 decrypts the parts to join them.
    return kms_on_writes.refuse_without_key(key_id, "kms:Decrypt", headers) if key_id else None


def _part_numbers(body: bytes) -> list[int]:
    try:
        root = fromstring(body)
    except ParseError:
        return []
    return [int(element.text or 0) for element in root.iter() if element.tag.rsplit("}", 1)[-1] == "PartNumber"]
