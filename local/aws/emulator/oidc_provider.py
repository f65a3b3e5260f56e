"""CloudFormation's AWS::IAM::OIDCProvider, which MiniStack lacks.

As on AWS, the slash at the end of an issuer is part of its name. Entra's issuer has one; MiniStack's API would drop it.

See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-oidcprovider.html
(read 2026-11-28).
"""

from typing import Any

import hooks
from ministack.core.responses import get_account_id
from ministack.services import iam
from ministack.services.cloudformation import provisioners

TYPE = "AWS::IAM::OIDCProvider"
_SCHEME = "https://"
_MAX_CLIENT_IDS = 100

Attributes = dict[str, str]


def install() -> None:
    hooks.require(iam, "_oidc_providers _now")
    hooks.attribute(provisioners, "_RESOURCE_HANDLERS")[TYPE] = {"create": _create, "update": _update, "delete": _delete}


def name_of(issuer: str) -> str:
    """Name of the issuer in policies and ARNs."""
    return issuer.removeprefix(_SCHEME)


def find(account: str, issuer: str) -> dict[str, Any] | None:
    """The provider of an issuer in an account; None if there is none."""
    found: dict[str, Any] | None = iam._oidc_providers.get_scoped(account, None, arn_of(account, issuer))
    return found


def arn_of(account: str, issuer: str) -> str:
    return f"arn:aws:iam::{account}:oidc-provider/{name_of(issuer)}"


def _create(logical_id: str, props: dict[str, Any], stack_name: str) -> tuple[str, Attributes]:
    url = str(props.get("Url", ""))
    if not url.startswith(_SCHEME) or len(url) == len(_SCHEME) or "?" in url:
        raise ValueError(f"{TYPE}: Url must be https:// with a host and without a query, got {url or 'nothing'}.")
    arn = arn_of(get_account_id(), url)
    if arn in iam._oidc_providers:
        raise ValueError(f"Provider with url {url} already exists.")
    iam._oidc_providers[arn] = {"Url": name_of(url), "Arn": arn, "CreateDate": iam._now(), **_changeable(props)}
    return arn, {"Arn": arn}


def _update(arn: str, old_props: dict[str, Any], new_props: dict[str, Any], stack_name: str) -> tuple[str, Attributes]:
    if old_props.get("Url") != new_props.get("Url"):
        raise ValueError(f"{TYPE}: a changed Url replaces the provider, which the AWS emulator cannot do.")
    iam._oidc_providers[arn].update(_changeable(new_props))
    return arn, {"Arn": arn}


def _delete(arn: str, props: dict[str, Any]) -> None:
    iam._oidc_providers.pop(arn, None)


def _changeable(props: dict[str, Any]) -> dict[str, Any]:
    client_ids = list(props.get("ClientIdList", []))
    if len(client_ids) > _MAX_CLIENT_IDS:
        raise ValueError(f"Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: {_MAX_CLIENT_IDS}")
    return {
        "ClientIDList": client_ids,
        "ThumbprintList": list(props.get("ThumbprintList", [])),
        "Tags": list(props.get("Tags", [])),
    }
