"""Requires the caller's rights on the KMS key, as AWS does: to generate a data key for a write, to decrypt for a read.

MiniStack only stores the name of the key. It also lacks the key ``aws/s3``, bucket keys and blocked SSE-C.
"""

import json
from typing import Any
from xml.etree.ElementTree import fromstring

import hooks
from ministack.core.iam_evaluator import enforce
from ministack.core.responses import get_account_id, get_region
from ministack.core.router import extract_access_key_id
from ministack.services import kms, s3

Headers = dict[str, str]
Answer = tuple[int, Headers, Any]

_SSE = "x-amz-server-side-encryption"
_KEY_ID = f"{_SSE}-aws-kms-key-id"
_BUCKET_KEY = f"{_SSE}-bucket-key-enabled"
_CUSTOMER = f"{_SSE}-customer-algorithm"
_MANAGED_ALIAS = "alias/aws/s3"

_original_resolve: Any = None
_original_get_object: Any = None
_original_head_object: Any = None


def install() -> None:
    global _original_resolve, _original_get_object, _original_head_object
    _original_resolve = hooks.function(s3, "_resolve_sse_write_headers", "headers bucket_name")
    _original_get_object = hooks.function(s3, "_get_object", "bucket_name key headers query_params")
    _original_head_object = hooks.function(s3, "_head_object", "bucket_name key headers query_params")
    hooks.function(kms, "_resolve_key", "key_id_or_arn")
    hooks.function(kms, "_create_key", "data")
    hooks.function(kms, "_alias_arn", "alias_name")
    hooks.require(kms, "_aliases")
    hooks.require(s3, "_bucket_encryption _error")
    hooks.replace(s3, "_SSE_STORED_HEADERS", (*hooks.attribute(s3, "_SSE_STORED_HEADERS"), _BUCKET_KEY))
    hooks.replace(s3, "_resolve_sse_write_headers", resolve_sse_write_headers)
    hooks.replace(s3, "_get_object", get_object)
    hooks.replace(s3, "_head_object", head_object)


def resolve_sse_write_headers(headers: Headers, bucket_name: str) -> tuple[Headers | None, Answer | None]:
    """The encryption of a write, or the error that refuses it."""
    configured = _configured(bucket_name)
    if headers.get(_CUSTOMER) and "SSE-C" in configured.get("EncryptionType", []):
        return None, s3._error("AccessDenied", "SSE-C is blocked for this bucket.", 403, f"/{bucket_name}")
    if headers.get(_SSE) == "aws:kms" and not headers.get(_KEY_ID):
        headers = {**headers, _KEY_ID: _managed_key_arn()}
    stored, error = _original_resolve(headers, bucket_name)
    if error is not None or stored.get(_SSE) != "aws:kms":
        return stored, error
    key_id = stored.get(_KEY_ID) or _managed_key_arn()
    refused = refuse_without_key(key_id, "kms:GenerateDataKey", headers)
    if refused is not None:
        return None, refused
    stored[_KEY_ID] = kms._resolve_key(key_id)["Arn"]
    if configured.get("BucketKeyEnabled") == ["true"]:
        stored[_BUCKET_KEY] = "true"
    return stored, None


def get_object(bucket_name: str, key: str, headers: Headers, query_params: Any = None) -> Answer:
    answer = _original_get_object(bucket_name, key, headers, query_params)
    key_id = answer[1].get(_KEY_ID) if answer[0] < 300 else None
    refused = refuse_without_key(key_id, "kms:Decrypt", headers) if key_id else None
    return refused or answer


def head_object(bucket_name: str, key: str, headers: Headers | None = None, query_params: Any = None) -> Answer:
    """Only a request for the checksum needs the key (docs.aws.amazon.com, HeadObject, read 2026-11-28)."""
    answer = _original_head_object(bucket_name, key, headers, query_params)
    asked = (headers or {}).get("x-amz-checksum-mode", "").upper() == "ENABLED"
    key_id = answer[1].get(_KEY_ID) if asked and answer[0] < 300 else None
    refused = refuse_without_key(key_id, "kms:Decrypt", headers or {}) if key_id else None
    return refused or answer


def refuse_without_key(key_id: str, action: str, headers: Headers) -> Answer | None:
    """The error for a key that cannot be used, or that the caller may not use through S3; None if there is none."""
    key = kms._resolve_key(key_id)
    if key is None:
        return s3._error("KMS.NotFoundException", f"Key '{key_id}' does not exist", 400)
    if key["KeyState"] == "Disabled":
        return s3._error("KMS.DisabledException", f"{key['Arn']} is disabled.", 400)
    if key["KeyState"] != "Enabled":
        return s3._error("KMS.KMSInvalidStateException", f"{key['Arn']} is {key['KeyState']}.", 400)
    denied = enforce(
        extract_access_key_id(headers),
        action,
        "kms",
        get_region(),
        resource_arn=key["Arn"],
        # Without these keys MiniStack would treat them as absent, and refuse a grant that is limited to S3.
        service_context={
            "kms:ViaService": f"s3.{get_region()}.amazonaws.com",
            "kms:CallerAccount": get_account_id(),
        },
    )
    if denied is None:
        return None
    caller = getattr(denied, "principal_arn", "the caller")
    return s3._error("AccessDenied", f"User: {caller} is not authorized to perform: {action} on {key['Arn']}", 403)


def _configured(bucket_name: str) -> dict[str, list[str]]:
    """Values of the bucket's encryption configuration, by tag."""
    texts: dict[str, list[str]] = {}
    configuration = s3._bucket_encryption.get(bucket_name)
    for element in fromstring(configuration).iter() if configuration else ():
        texts.setdefault(element.tag.rsplit("}", 1)[-1], []).append((element.text or "").strip())
    return texts


def _managed_key_arn() -> str:
    """The account's key ``aws/s3``, created on first use. Everyone in the account may use it through S3."""
    if kms._resolve_key(_MANAGED_ALIAS) is None:
        policy = {
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
            "Resource": "*",
            "Condition": {
                "StringEquals": {
                    "kms:CallerAccount": get_account_id(),
                    "kms:ViaService": f"s3.{get_region()}.amazonaws.com",
                }
            },
        }
        made = kms._create_key({"Policy": json.dumps({"Version": "2012-10-17", "Statement": [policy]})})
        kms._aliases[kms._alias_arn(_MANAGED_ALIAS)] = json.loads(made[2])["KeyMetadata"]["KeyId"]
    return str(kms._resolve_key(_MANAGED_ALIAS)["Arn"])
