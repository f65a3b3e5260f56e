"""S3 answers a request that names another account than the bucket's with 403, which MiniStack leaves out.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html (read 2026-11-28). In a presigned address
S3 minds it in lower case alone (github.com/aws/aws-sdk-go-v2/issues/2508, read 2026-11-28).
"""

from typing import Any

import hooks
from ministack.core.responses import get_account_id
from ministack.services import s3

_EXPECTED = "x-amz-expected-bucket-owner"

_stock_handle_request: Any = None


def install() -> None:
    global _stock_handle_request
    _stock_handle_request = hooks.function(
        s3,
        "handle_request",
        "method path headers body query_params signed_path enforce_bucket_region internal access_point_region access_point",
    )
    hooks.require(s3, "_error _qp")
    hooks.replace(s3, "handle_request", handle_request)


async def handle_request(
    method: str, path: str, headers: dict[str, str], body: bytes, query_params: dict[str, Any], **more: Any
) -> Any:
    """A caller sees only the buckets of its own account here, so that is whose every bucket is."""
    expected = headers.get(_EXPECTED) or s3._qp(query_params, _EXPECTED)
    if expected and expected != get_account_id():
        return s3._error("AccessDenied", "Access Denied", 403, path)
    return await _stock_handle_request(method, path, headers, body, query_params, **more)
