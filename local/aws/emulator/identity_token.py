"""Reads a token of an identity provider and verifies its signature (RS256).

AWS fetches the issuer's keys from its discovery document. The emulator gets them at its start instead.

See https://www.rfc-editor.org/rfc/rfc7515 and https://www.rfc-editor.org/rfc/rfc8017#section-8.2 (read 2026-11-28).
"""

import base64
import hashlib
import hmac
import json
from typing import Any, NamedTuple

# DigestInfo of SHA-256, before the digest.
_SHA256_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")
_SHORTEST_KEY_BITS = 2048

_keys: dict[str, list[dict[str, str]]] = {}


class Token(NamedTuple):
    """A token that is not verified yet."""

    header: dict[str, Any]
    claims: dict[str, Any]
    signed: bytes
    signature: bytes


def install(keys_of_issuers: str) -> None:
    """Takes JSON with a JSON Web Key Set for each issuer."""
    _keys.update({issuer: key_set["keys"] for issuer, key_set in json.loads(keys_of_issuers).items()})


def read(text: str) -> Token:
    """Parses a token. Raises ValueError if the text is not a signed JSON Web Token."""
    header, claims, signature = text.split(".")
    token = Token(_decoded(header), _decoded(claims), f"{header}.{claims}".encode(), _bytes(signature))
    if not isinstance(token.header, dict) or not isinstance(token.claims, dict):
        raise ValueError("Header and claims must be objects.")
    return token


def key_of(token: Token) -> dict[str, str] | None:
    """The issuer's key with the token's key id."""
    published = _keys.get(str(token.claims.get("iss")), [])
    return next((key for key in published if key["kid"] == token.header.get("kid")), None)


def is_signed_by(token: Token, key: dict[str, str]) -> bool:
    modulus, exponent = (int.from_bytes(_bytes(key[part])) for part in ("n", "e"))
    size = (modulus.bit_length() + 7) // 8
    if token.header.get("alg") != "RS256" or modulus.bit_length() < _SHORTEST_KEY_BITS or len(token.signature) != size:
        return False
    info = _SHA256_PREFIX + hashlib.sha256(token.signed).digest()
    # Compares the whole padded message. Other programs parsed the padding leniently and accepted forged signatures.
    expected = b"\x00\x01" + b"\xff" * (size - len(info) - 3) + b"\x00" + info
    return hmac.compare_digest(pow(int.from_bytes(token.signature), exponent, modulus).to_bytes(size), expected)


def _decoded(part: str) -> Any:
    return json.loads(_bytes(part))


def _bytes(part: str) -> bytes:
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
