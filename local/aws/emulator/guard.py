"""Checks each request before MiniStack handles it.

A web page can send requests to 127.0.0.1, under any host name that resolves to it, and MiniStack would accept them. The
guard accepts a request only if its Host is this computer, no other web page sent it, and a key of this run signed it.
The one unsigned request is AssumeRoleWithWebIdentity (web_identity.py). MiniStack's routes for reset and configuration
are always refused.
"""

import os
import re
import uuid
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

import hooks
import signatures
import web_identity
from ministack import app as ministack
from ministack.core.iam_evaluator import AuthError
from ministack.core.sigv4 import decode_header_value

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_NAMES = ("localhost", "127.0.0.1", "[::1]")
_READY = "/_ministack/ready"
# Path of an object; not of a bucket or of the list of buckets.
_OBJECT = re.compile("/[^/]+/.")

# Port of the S3 pass-through (local/aws/s3-pass-through.ts): its clients sign requests for it.
_front_ports: list[int] = []


def install() -> None:
    _front_ports.extend(int(port) for port in os.environ.pop("EMULATOR_FRONT_PORT", "").split())
    hooks.function(ministack, "_credential_failure", "service iam_action request_id denied headers")
    hooks.function(ministack, "detect_service", "method path headers query_params")
    hooks.function(ministack, "_send_response", "send status headers body head")


async def guarded(scope: Message, receive: Receive, send: Send) -> None:
    """MiniStack's ASGI application, behind the guard."""
    if scope["type"] == "websocket":
        # Only services that are not emulated use WebSockets.
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    if scope["type"] != "http":
        await ministack.app(scope, receive, send)
        return
    body = await _read(receive)
    if body is None:
        return
    request = _request(scope, body)
    refusal = _refusal(request, scope["server"][1])
    if refusal is not None:
        await _answer(request, send, 403, {"Content-Type": "text/plain"}, f"{refusal}\n".encode())
        return
    if request.path == _READY and request.method == "GET":
        await ministack.app(scope, receive, send)
        return
    form = web_identity.unsigned_form(request)
    if form is not None and scope["scheme"] == "https":
        await _answer(request, send, *web_identity.answer(form))
        return
    failure = signatures.failure(request)
    if failure is not None:
        await _answer(request, send, *_as_aws(request, failure))
        return
    await ministack.app(_without_forwarded_proto(scope), _replayed(body, receive), _without_cors(send))


def _refusal(request: signatures.Request, port: int) -> str | None:
    """Why a request is refused, even with a valid signature; None if it is not."""
    host = request.headers.get("host", "")
    if host not in [f"{name}:{known}" for known in (port, *_front_ports) for name in _NAMES]:
        return (
            f"Host: not this computer, got {host or 'nothing'}. Web pages could use another host name. "
            f"Use localhost:{port} or 127.0.0.1:{port}."
        )
    if request.path.startswith("/_") and request.path != _READY:
        return f"{request.path}: not allowed, got {request.method}. It would change the emulator. Start a new run."
    if _is_from_other_page(request, host) and not _is_link_to_object(request):
        return (
            f"Origin: another web page, got {request.headers.get('origin', 'nothing')}. Pages may not use the emulator. "
            "Open a presigned link to an object, or use an AWS client."
        )
    return None


def _is_from_other_page(request: signatures.Request, host: str) -> bool:
    """Browsers send the origin of a request; other programs do not."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is not None and origin.partition("://")[2] != host


def _is_link_to_object(request: signatures.Request) -> bool:
    """A page may show a recording with a presigned link. Its signature is checked later."""
    return request.method in ("GET", "HEAD") and request.is_presigned and _OBJECT.match(request.path) is not None


def _as_aws(request: signatures.Request, failure: AuthError) -> tuple[int, dict[str, str], bytes]:
    """The failure in the format of the requested service."""
    service = ministack.detect_service(request.method, request.path, request.headers, request.query)
    answer: tuple[int, dict[str, str], bytes] = ministack._credential_failure(
        service, "", str(uuid.uuid4()), failure, request.headers
    )
    return answer


async def _answer(
    request: signatures.Request, send: Send, status: int, headers: dict[str, str], body: bytes
) -> None:
    head = request.method == "HEAD"
    await ministack._send_response(_without_cors(send), status, headers, b"" if head else body, head=head)


def _request(scope: Message, body: bytes) -> signatures.Request:
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1").lower(), decode_header_value(value)
        # Signatures cover repeated headers in this form. With a second Host or Sec-Fetch-Site the request is refused.
        headers[key] = f"{headers[key]},{text}" if key in headers else text
    return signatures.Request(
        method=scope["method"],
        path=scope["path"],
        raw_path=scope["raw_path"].decode("latin-1"),
        query=parse_qs(scope["query_string"].decode("utf-8", "replace"), keep_blank_values=True),
        headers=headers,
        body=body,
    )


async def _read(receive: Receive) -> bytes | None:
    """The whole body; None if the client disconnects before its end."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def _replayed(body: bytes, receive: Receive) -> Receive:
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return messages.pop() if messages else await receive()

    return next_message


def _without_forwarded_proto(scope: Message) -> Message:
    """MiniStack would trust this header. Without it, aws:SecureTransport depends on the port alone."""
    return {**scope, "headers": [pair for pair in scope["headers"] if pair[0].lower() != b"x-forwarded-proto"]}


def _without_cors(send: Send) -> Send:
    """MiniStack would allow every page to read its answers."""

    async def send_without(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [pair for pair in message["headers"] if not pair[0].lower().startswith(b"access-control-")]
            message = {**message, "headers": kept}
        await send(message)

    return send_without
