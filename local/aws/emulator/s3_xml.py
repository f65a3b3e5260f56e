"""Translates properties of AWS::S3::Bucket into request bodies of the S3 API.

Each function refuses properties that it does not translate, so that none is lost silently.
"""

from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"

# A tag with its text or its child tags.
Node = tuple[str, "str | list[Node]"]


class UntranslatedProperty(ValueError):
    """A property that these modules do not translate."""


def encryption(props: dict[str, Any]) -> bytes:
    """BucketEncryption as PutBucketEncryption."""
    _only(props, "BucketEncryption", "ServerSideEncryptionConfiguration")
    rules = [_encryption_rule(rule) for rule in props.get("ServerSideEncryptionConfiguration") or []]
    return _document("ServerSideEncryptionConfiguration", [("Rule", rule) for rule in rules])


def lifecycle(props: dict[str, Any]) -> bytes:
    """LifecycleConfiguration as PutBucketLifecycleConfiguration."""
    _only(props, "LifecycleConfiguration", "Rules")
    return _document("LifecycleConfiguration", [("Rule", _lifecycle_rule(rule)) for rule in props.get("Rules") or []])


def ownership(props: dict[str, Any]) -> bytes:
    """OwnershipControls as PutBucketOwnershipControls."""
    _only(props, "OwnershipControls", "Rules")
    rules: list[Node] = []
    for rule in props.get("Rules") or []:
        _only(rule, "OwnershipControls.Rules", "ObjectOwnership")
        rules.append(("Rule", _texts(rule, "ObjectOwnership")))
    return _document("OwnershipControls", rules)


def logging(props: dict[str, Any]) -> bytes:
    """LoggingConfiguration as PutBucketLogging."""
    _only(props, "LoggingConfiguration", "DestinationBucketName LogFilePrefix")
    enabled: list[Node] = [
        ("TargetBucket", str(props["DestinationBucketName"])),
        ("TargetPrefix", str(props.get("LogFilePrefix", ""))),
    ]
    return _document("BucketLoggingStatus", [("LoggingEnabled", enabled)])


def tags(props: list[dict[str, Any]]) -> bytes:
    """Tags as PutBucketTagging."""
    return _document("Tagging", [("TagSet", [("Tag", _texts(tag, "Key Value")) for tag in props])])


def versioning(props: dict[str, Any]) -> bytes:
    """VersioningConfiguration as PutBucketVersioning."""
    _only(props, "VersioningConfiguration", "Status")
    return _document("VersioningConfiguration", _texts(props, "Status"))


def _encryption_rule(rule: dict[str, Any]) -> list[Node]:
    where = "BucketEncryption.ServerSideEncryptionConfiguration"
    _only(rule, where, "ServerSideEncryptionByDefault BucketKeyEnabled BlockedEncryptionTypes")
    default = rule.get("ServerSideEncryptionByDefault") or {}
    _only(default, f"{where}.ServerSideEncryptionByDefault", "SSEAlgorithm KMSMasterKeyID")
    blocked = rule.get("BlockedEncryptionTypes") or {}
    _only(blocked, f"{where}.BlockedEncryptionTypes", "EncryptionType")
    nodes: list[Node] = []
    if default:
        nodes.append(("ApplyServerSideEncryptionByDefault", _texts(default, "SSEAlgorithm KMSMasterKeyID")))
    nodes.append(("BucketKeyEnabled", _text(rule.get("BucketKeyEnabled", False))))
    if blocked:
        nodes.append(("BlockedEncryptionTypes", [("EncryptionType", kind) for kind in blocked["EncryptionType"]]))
    return nodes


def _lifecycle_rule(rule: dict[str, Any]) -> list[Node]:
    where = "LifecycleConfiguration.Rules"
    expiration = {"ExpirationInDays": "Days", "ExpiredObjectDeleteMarker": "ExpiredObjectDeleteMarker"}
    actions = {
        "NoncurrentVersionExpiration": "NoncurrentDays NewerNoncurrentVersions",
        "AbortIncompleteMultipartUpload": "DaysAfterInitiation",
    }
    _only(rule, where, "Id Status Prefix", *expiration, *actions)
    if all(name in rule for name in expiration):
        raise ValueError(f"{where}: ExpiredObjectDeleteMarker cannot be specified with ExpirationInDays.")
    if not any(name in rule for name in (*expiration, *actions)):
        raise ValueError(f"{where}: at least one action needs to be specified in a rule.")
    nodes: list[Node] = [
        *_texts(rule, "Id", {"Id": "ID"}),
        ("Filter", [("Prefix", str(rule.get("Prefix", "")))]),
        *_texts(rule, "Status"),
    ]
    if any(name in rule for name in expiration):
        nodes.append(("Expiration", _texts(rule, " ".join(expiration), expiration)))
    for action, names in actions.items():
        if action in rule:
            _only(rule[action], f"{where}.{action}", names)
            nodes.append((action, _texts(rule[action], names)))
    return nodes


def _only(props: dict[str, Any], where: str, *names: str) -> None:
    unknown = sorted(set(props) - set(" ".join(names).split()))
    if unknown:
        raise UntranslatedProperty(
            f"{where}: {', '.join(unknown)} would be lost, because the AWS emulator does not translate it. "
            "Add it to local/aws/emulator/s3_xml.py."
        )


def _texts(props: dict[str, Any], names: str, tags_of: dict[str, str] | None = None) -> list[Node]:
    """The given properties, in the order of ``names``."""
    return [((tags_of or {}).get(name, name), _text(props[name])) for name in names.split() if name in props]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _document(tag: str, nodes: list[Node]) -> bytes:
    root = Element(tag, xmlns=_NAMESPACE)
    _fill(root, nodes)
    return tostring(root, encoding="utf-8")


def _fill(parent: Element, nodes: list[Node]) -> None:
    for tag, content in nodes:
        child = SubElement(parent, tag)
        if isinstance(content, str):
            child.text = content
        else:
            _fill(child, content)
