"""Refuses requests that expect another owner of the bucket. MiniStack ignores the expected owner.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html (read 2026-11-28). In a presigned link
S3 checks it only in lower case (github.com/aws/aws-sdk-go-v2/issues/2508, read 2026-11-28).
"""

from typing import Any

import hooks
from ministack.core.responses import get_account_id
from ministack.services import s3

_EXPECTED = "x-amz-expected-bucket-owner"

_original_handle_request: Any = None


def install() -> None:
    global _original_handle_request
    _original_handle_request = hooks.function(
        s3,
        "handle_request",
        "method path headers body query_params signed_path enforce_bucket_region internal access_point_region access_point",
    )
    hooks.require(s3, "_error _qp")
    hooks.replace(s3, "handle_request", handle_request)


async def handle_request(
    method: str, path: str, headers: dict[str, str], body: bytes, query_params: dict[str, Any], **more: Any
) -> Any:
    """In MiniStack a caller sees only buckets of its own account, so the caller's account is the owner."""
    expected = headers.get(_EXPECTED) or s3._qp(query_params, _EXPECTED)
    if expected and expected != get_account_id():
        return s3._error("AccessDenied", "Access Denied", 403, path)
    return await _original_handle_request(method, path, headers, body, query_params, **more)
