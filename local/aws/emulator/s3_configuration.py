"""CloudFormation applies all properties of a bucket, or fails.

Of AWS::S3::Bucket, MiniStack applies CORS, the public access block and the website. It silently drops encryption,
lifecycle, ownership, access logging and tags, and the errors of its own S3 handlers.
"""

from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import fromstring

import hooks
import s3_xml
from ministack.services import s3
from ministack.services.cloudformation import provisioners

# Applied by MiniStack itself. `AccessControl` is accepted only with its default value.
_BY_MINISTACK = frozenset({"BucketName", "NotificationConfiguration", "AccessControl"})
_SUSPENDED = s3_xml.versioning({"Status": "Suspended"})


def install() -> None:
    handler = "name body"
    hooks.require(s3, "_buckets _bucket_has_versions _bucket_logging_config _error S3_NS")
    hooks.function(s3, "_put_bucket_logging", handler)
    hooks.function(provisioners, "_s3_delete", "physical_id props")
    table = hooks.attribute(provisioners, "_S3_BUCKET_CONFIGURATIONS")
    put_versioning = hooks.function(s3, "_put_bucket_versioning", handler)
    ours = (
        ("VersioningConfiguration", s3_xml.versioning, put_versioning, lambda name: put_versioning(name, _SUSPENDED)),
        _entry("BucketEncryption", s3_xml.encryption, "encryption"),
        _entry("LifecycleConfiguration", s3_xml.lifecycle, "lifecycle"),
        _entry("OwnershipControls", s3_xml.ownership, "ownership_controls"),
        _entry("Tags", s3_xml.tags, "tagging"),
        ("LoggingConfiguration", s3_xml.logging, _put_logging, _delete_logging),
    )
    hooks.function(provisioners, "_s3_apply_configurations", "name props old_props")
    hooks.replace(provisioners, "_S3_BUCKET_CONFIGURATIONS", (*table, *ours))
    hooks.replace(provisioners, "_s3_apply_configurations", apply_configurations)
    # As on AWS, buckets get the stack's tags and three tags of AWS.
    hooks.attribute(provisioners, "_STACK_TAG_PROPERTY")["AWS::S3::Bucket"] = ("Tags", "list")
    hooks.attribute(provisioners, "_RESOURCE_HANDLERS")["AWS::S3::Bucket"]["delete"] = delete_bucket


def apply_configurations(name: str, props: dict[str, Any], old_props: dict[str, Any] | None = None) -> None:
    """Applies a template's properties to a bucket. An error fails the stack."""
    try:
        _apply(name, props, old_props or {})
    except Exception:
        if old_props is None:
            # MiniStack's rollback would not remove a bucket whose creation failed.
            _delete_quietly(name)
        raise


def _apply(name: str, props: dict[str, Any], old_props: dict[str, Any]) -> None:
    table = provisioners._S3_BUCKET_CONFIGURATIONS
    unknown = sorted(set(props) - _BY_MINISTACK - {entry[0] for entry in table})
    if props.get("AccessControl", "Private") != "Private":
        unknown.append(f"AccessControl: {props['AccessControl']}")
    if unknown:
        raise s3_xml.UntranslatedProperty(
            f"AWS::S3::Bucket: {', '.join(unknown)} would be lost, because the AWS emulator does not translate it. "
            "Add it to local/aws/emulator/s3_configuration.py."
        )
    for prop, to_xml, put, delete in table:
        if prop in props:
            _check(prop, put(name, to_xml(props[prop])))
        elif prop in old_props:
            _check(prop, delete(name))


def delete_bucket(physical_id: str, props: dict[str, Any]) -> None:
    """Deletes an empty bucket. For a full one the deletion fails, as on AWS; MiniStack would delete it."""
    bucket = s3._buckets.get(physical_id)
    if bucket is not None and (bucket["objects"] or s3._bucket_has_versions(physical_id)):
        raise ValueError(
            f"The bucket {physical_id} is not empty. You must delete all versions in the bucket. (BucketNotEmpty)"
        )
    _delete_quietly(physical_id)


def _delete_quietly(name: str) -> None:
    provisioners._s3_delete(name, {})
    _delete_logging(name)


def _entry(prop: str, to_xml: Callable[[Any], bytes], call: str) -> tuple[str, Callable[[Any], bytes], Any, Any]:
    put = hooks.function(s3, f"_put_bucket_{call}", "name body")
    return prop, to_xml, put, hooks.function(s3, f"_delete_bucket_{call}", "name")


def _put_logging(name: str, body: bytes) -> tuple[int, dict[str, str], Any]:
    target = fromstring(body).findtext(f".//{{{s3.S3_NS}}}TargetBucket")
    if target not in s3._buckets:
        return s3._error("InvalidTargetBucketForLogging", f"The target bucket {target} does not exist", 400)
    return s3._put_bucket_logging(name, body)


def _delete_logging(name: str) -> None:
    s3._bucket_logging_config.pop(name, None)


def _check(prop: str, answer: tuple[int, dict[str, str], Any] | None) -> None:
    """Raises the error of a handler, which answers like the S3 API. Some handlers for deletions return None."""
    if answer is not None and answer[0] >= 400:
        text = answer[2].decode() if isinstance(answer[2], bytes) else str(answer[2])
        raise ValueError(f"AWS::S3::Bucket: {prop} was refused by S3: {text}")
