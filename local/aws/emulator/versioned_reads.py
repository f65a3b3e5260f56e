"""Supports ranges and response-* overrides in a GET of a version, where MiniStack ignores both."""

from typing import Any

import hooks
from ministack.services import s3

_original_get_object: Any = None


def install() -> None:
    global _original_get_object
    _original_get_object = hooks.function(s3, "_get_object", "bucket_name key headers query_params")
    hooks.function(s3, "_parse_range", "range_header total")
    hooks.function(s3, "_apply_response_overrides", "resp_headers query_params")
    hooks.function(s3, "_range_error_xml", "bucket_name key")
    hooks.require(s3, "_qp _xml_body")
    hooks.replace(s3, "_get_object", get_object)


def get_object(bucket_name: str, key: str, headers: dict[str, str], query_params: Any = None) -> Any:
    answer = _original_get_object(bucket_name, key, headers, query_params)
    status, found, body = answer
    if status != 200 or not s3._qp(query_params or {}, "versionId"):
        return answer
    s3._apply_response_overrides(found, query_params)
    asked = headers.get("range")
    if not asked:
        return answer
    size = len(body)
    part = s3._parse_range(asked, size)
    if part is None:
        refusal = {"Content-Type": "application/xml", "Content-Range": f"bytes */{size}"}
        return 416, refusal, s3._xml_body(s3._range_error_xml(bucket_name, key))
    start, end = part
    # Checksums cover the whole object, so a part has none.
    kept = {name: value for name, value in found.items() if not name.lower().startswith("x-amz-checksum-")}
    kept.update({"Content-Length": str(end + 1 - start), "Content-Range": f"bytes {start}-{end}/{size}"})
    return 206, kept, body[start : end + 1]
