"""Checks the signature of every request, also with root keys, which MiniStack does not check.

Accepts Signature Version 4 in the header, in the query (presigned) and in chunks. Refuses SigV2, SigV4a and unsigned
requests, which the laptop cloud does not send.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html and
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html (read 2026-11-28).
"""

import hashlib
import hmac
from typing import Any, NamedTuple

import hooks
import root_keys
from ministack.core import iam_evaluator, router, sigv4
from ministack.core.iam_evaluator import AuthError

_ALGORITHM = "AWS4-HMAC-SHA256"
_UNSIGNED_BODIES = (sigv4.UNSIGNED_PAYLOAD, "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
_SIGNED_CHUNKS = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
_SIGNED_TRAILER = f"{_SIGNED_CHUNKS}-TRAILER"

_MISMATCH = AuthError("SignatureDoesNotMatch", sigv4.SIGNATURE_MISMATCH)
_MISSING = AuthError("MissingAuthenticationToken", "Request is missing Authentication Token")


class Request(NamedTuple):
    """A received request. Names of ``headers`` are in lower case; ``query`` is the result of ``parse_qs``."""

    method: str
    path: str
    raw_path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    @property
    def is_presigned(self) -> bool:
        return "authorization" not in self.headers and self.query.get("X-Amz-Algorithm") == [_ALGORITHM]


def install() -> None:
    hooks.function(sigv4, "parse_header_signature", "headers")
    hooks.function(sigv4, "parse_query_signature", "query_params")
    hooks.function(sigv4, "request_time_failure", "signature now")
    hooks.function(sigv4, "presigned_request_is_expired", "amz_date expires now")
    hooks.function(
        sigv4,
        "header_signature_failure",
        "signature secret method raw_path query_params headers body presigned explain",
    )
    hooks.function(router, "extract_access_key_id", "headers query_params")


def failure(request: Request) -> AuthError | None:
    """The error for a request without a valid signature of this run; None if the signature is valid."""
    presigned = request.is_presigned
    if not presigned and not request.headers.get("authorization", "").startswith(f"{_ALGORITHM} "):
        return _MISSING
    signature = sigv4.parse_query_signature(request.query) if presigned else sigv4.parse_header_signature(request.headers)
    if isinstance(signature, tuple):
        return AuthError(*signature)
    # MiniStack must see the same access key as the one whose signature is checked here.
    if router.extract_access_key_id(request.headers, request.query) != signature.access_key_id:
        return _MISMATCH
    untimely = _untimely(request, signature)
    if untimely is not None:
        return untimely
    credential = root_keys.credential_of(signature.access_key_id, _token(request))
    if isinstance(credential, iam_evaluator.CredentialResolutionError):
        return AuthError(credential.code, credential.message)
    wrong = sigv4.header_signature_failure(
        signature,
        credential.secret_access_key,
        request.method,
        request.raw_path,
        request.query,
        request.headers,
        request.body,
        presigned=presigned,
    )
    if wrong is not None:
        return AuthError(*wrong)
    return _body_failure(request, signature, credential.secret_access_key)


def _untimely(request: Request, signature: Any) -> AuthError | None:
    if not request.is_presigned or signature.service != "s3":
        skewed = sigv4.request_time_failure(signature)
        return AuthError(*skewed) if skewed else None
    try:
        expired = sigv4.presigned_request_is_expired(signature.amz_date, request.query["X-Amz-Expires"][0])
    except (KeyError, ValueError):
        expired = True
    return AuthError("AccessDenied", "Request has expired") if expired else None


def _token(request: Request) -> str:
    if request.is_presigned:
        return (request.query.get("X-Amz-Security-Token") or [""])[0]
    return request.headers.get("x-amz-security-token", "")


def _body_failure(request: Request, signature: Any, secret: str) -> AuthError | None:
    """Checks the body against its declared hash. The signature covers only the declared hash."""
    declared = request.headers.get("x-amz-content-sha256")
    if declared is None or declared == _SIGNED_CHUNKS:
        return None  # the signature covers the body's hash, or each of its chunks
    if signature.service == "s3" and (declared in _UNSIGNED_BODIES or request.is_presigned):
        return None
    if declared == _SIGNED_TRAILER:
        return None if _is_trailer_signed(request.body, signature, secret) else _MISMATCH
    if not hmac.compare_digest(declared.encode(), hashlib.sha256(request.body).hexdigest().encode()):
        return AuthError(
            "XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed."
        )
    return None


def _is_trailer_signed(body: bytes, signature: Any, secret: str) -> bool:
    """Checks the signature of the trailing headers, which includes that of the last chunk. The chunks were checked before."""
    position, size = 0, -1
    last = b""
    while size != 0:
        end = body.index(b"\r\n", position)
        length, _, last = body[position:end].partition(b";chunk-signature=")
        size = int(length, 16)
        position = end + 2 + (size + 2 if size else 0)
    signed, _, given = body[position:].partition(b"x-amz-trailer-signature:")
    trailer = signed.replace(b"\r\n", b"\n")
    scope = f"{signature.date_stamp}/{signature.region}/{signature.service}/aws4_request"
    to_sign = "\n".join(
        [
            "AWS4-HMAC-SHA256-TRAILER",
            signature.amz_date,
            scope,
            last.decode("ascii").strip(),
            hashlib.sha256(trailer).hexdigest(),
        ]
    )
    key = sigv4.derive_signing_key(secret, signature.date_stamp, signature.region, signature.service)
    expected = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), given.strip())
