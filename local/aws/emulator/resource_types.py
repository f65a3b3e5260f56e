"""CloudFormation refuses resource types and properties that MiniStack would ignore.

Only the types that this project deploys are accepted, because only their properties were checked in MiniStack's source.
For buckets see s3_configuration.py.
"""

import inspect
from collections.abc import Callable
from typing import Any

import hooks
import oidc_provider
from ministack.services import s3
from ministack.services.cloudformation import changesets, provisioners

Handler = dict[str, Any]
Create = Callable[..., Any]

# The properties that MiniStack's handler of each type applies, from its source.
_APPLIED = {
    "AWS::S3::BucketPolicy": "Bucket PolicyDocument",
    "AWS::IAM::Role": (
        "AssumeRolePolicyDocument Description ManagedPolicyArns MaxSessionDuration Path Policies RoleName Tags"
    ),
    oidc_provider.TYPE: "ClientIdList Tags ThumbprintList Url",
    "AWS::IAM::Policy": "Groups PolicyDocument PolicyName Roles Users",
    "AWS::KMS::Key": (
        "Description EnableKeyRotation Enabled KeyPolicy KeySpec KeyUsage MultiRegion Origin PendingWindowInDays "
        "RotationPeriodInDays Tags"
    ),
    "AWS::KMS::Alias": "AliasName TargetKeyId",
}
# Not checked here. Metadata has no effect; the last two belong to `cdk bootstrap`, and no check reads their properties.
_AS_THEY_ARE = frozenset({"AWS::S3::Bucket", "AWS::CDK::Metadata", "AWS::SSM::Parameter", "AWS::ECR::Repository"})

# Position of the properties in a handler's arguments.
_CREATE = 1
_UPDATE = 2

_SHORTEST_SESSION_SECONDS = 3_600
_LONGEST_SESSION_SECONDS = 43_200


def install() -> None:
    hooks.function(s3, "_put_bucket_policy", "name body")
    hooks.require(s3, "_buckets _bucket_policies")
    hooks.function(provisioners, "_policy_document_json", "props")
    oidc_provider.install()
    handlers: dict[str, Handler] = hooks.attribute(provisioners, "_RESOURCE_HANDLERS")
    missing = sorted((set(_APPLIED) | _AS_THEY_ARE) - set(handlers))
    if missing:
        raise hooks.HookError(f"MiniStack: handlers are missing for {', '.join(missing)}.")
    for resource_type, handler in handlers.items():
        if resource_type in _APPLIED:
            _wrap(resource_type, handler, frozenset(_APPLIED[resource_type].split()))
        elif resource_type not in _AS_THEY_ARE:
            handler["create"] = _refusing(resource_type)
    # On AWS a bucket policy can be imported. A retained one must be imported, because it exists already.
    handlers["AWS::S3::BucketPolicy"]["import"] = lambda identifier: (f"{identifier['Bucket']}-policy", {})
    lookups = hooks.attribute(changesets, "_IMPORT_LOOKUPS")
    lookups["AWS::S3::BucketPolicy"] = (("Bucket",), _policy_import_problem)


def _wrap(resource_type: str, handler: Handler, applied: frozenset[str]) -> None:
    if "update" not in handler:
        raise hooks.HookError(f"MiniStack: cannot update {resource_type}. A changed property would be lost.")
    for name, position in (("create", _CREATE), ("update", _UPDATE)):
        parameters = list(inspect.signature(handler[name]).parameters)
        if parameters[position] != ("props" if name == "create" else "new_props"):
            raise hooks.HookError(f"MiniStack: {name} of {resource_type} has other parameters, got {parameters}.")
        handler[name] = _checked(resource_type, applied, handler[name], position)


def _checked(resource_type: str, applied: frozenset[str], stock: Create, position: int) -> Create:
    def checked(*args: Any, **kwargs: Any) -> Any:
        props = args[position]
        unknown = sorted(set(props) - applied)
        if unknown:
            raise ValueError(
                f"{resource_type}: {', '.join(unknown)} would be lost, because the AWS emulator does not apply it. "
                "See local/aws/emulator/resource_types.py."
            )
        check = _CHECKS.get(resource_type)
        if check is not None:
            check(props, creating=position == _CREATE)
        return stock(*args, **kwargs)

    return checked


def _check_role(props: dict[str, Any], creating: bool) -> None:
    seconds = int(props.get("MaxSessionDuration", _SHORTEST_SESSION_SECONDS))
    if not _SHORTEST_SESSION_SECONDS <= seconds <= _LONGEST_SESSION_SECONDS:
        raise ValueError(
            f"1 validation error detected: Value '{seconds}' at 'maxSessionDuration' failed to satisfy constraint: "
            f"Member must have value between {_SHORTEST_SESSION_SECONDS} and {_LONGEST_SESSION_SECONDS}"
        )


def _check_bucket_policy(props: dict[str, Any], creating: bool) -> None:
    """MiniStack would accept a policy for a missing bucket, a second one, and a public one under Block Public Access."""
    if creating and props["Bucket"] in s3._bucket_policies:
        raise ValueError(f"The bucket policy already exists on bucket {props['Bucket']}.")
    answer = s3._put_bucket_policy(props["Bucket"], provisioners._policy_document_json(props).encode())
    if answer[0] >= 400:
        text = answer[2].decode() if isinstance(answer[2], bytes) else str(answer[2])
        raise ValueError(f"AWS::S3::BucketPolicy was refused by S3: {text}")


_CHECKS: dict[str, Callable[..., None]] = {
    "AWS::IAM::Role": _check_role,
    "AWS::S3::BucketPolicy": _check_bucket_policy,
}


def _policy_import_problem(bucket: str) -> str | None:
    return None if bucket in s3._bucket_policies else "Bucket policy does not exist"


def _refusing(resource_type: str) -> Create:
    def refuse(*_args: Any, **_kwargs: Any) -> Any:
        raise ValueError(
            f"{resource_type}: not supported by the AWS emulator, because its properties were not checked. "
            "Add it to local/aws/emulator/resource_types.py, with a test."
        )

    return refuse
