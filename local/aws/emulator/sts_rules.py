"""AssumeRole with the limits of DurationSeconds, which MiniStack does not check."""

import json
from typing import Any
from urllib.parse import parse_qs
from xml.etree.ElementTree import fromstring

import hooks
from ministack.core.arn import parse_arn
from ministack.services import iam, sts

_SHORTEST_SECONDS = 900
_LONGEST_SECONDS = 43_200
_NAMESPACE = "{https://sts.amazonaws.com/doc/2011-06-15/}"

_original_handle_request: Any = None


def install() -> None:
    global _original_handle_request
    _original_handle_request = hooks.function(sts, "handle_request", "method path headers body query_params")
    hooks.function(sts, "_error", "status code message ns")
    hooks.require(sts, "_sessions")
    hooks.require(iam, "_roles")
    hooks.replace(sts, "handle_request", handle_request)


async def handle_request(
    method: str, path: str, headers: dict[str, str], body: bytes, query_params: dict[str, list[str]]
) -> tuple[int, dict[str, str], bytes]:
    """First lets MiniStack check the trust policy: a caller without access must not learn the role's limits."""
    params = _parameters(headers, body, query_params)
    problem = duration_problem(params) if params.get("Action") == "AssumeRole" else None
    if problem is None:
        return await _original_handle_request(method, path, headers, body, query_params)
    asked = {**query_params, "Action": ["AssumeRole"], "DurationSeconds": [str(_SHORTEST_SECONDS)]}
    asked.update({name: [value] for name, value in params.items() if name not in asked})
    # Sent as a query without a body, with a duration that MiniStack accepts.
    plain_headers = {name: value for name, value in headers.items() if name not in ("content-type", "x-amz-target")}
    answer = await _original_handle_request("GET", path, plain_headers, b"", asked)
    if answer[0] != 200:
        return answer
    granted = fromstring(answer[2]).findtext(f".//{_NAMESPACE}AccessKeyId")
    sts._sessions.pop(granted, None)
    return sts._error(400, "ValidationError", problem, ns="sts")


def _parameters(headers: dict[str, str], body: bytes, query_params: dict[str, list[str]]) -> dict[str, str]:
    params = {name: values[0] for name, values in query_params.items() if values}
    target = headers.get("x-amz-target", "")
    if target:
        sent = json.loads(body or b"{}")
        params.update({name: str(value) for name, value in sent.items()}, Action=target.split(".")[-1])
    elif body:
        params.update({name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()})
    return params


def duration_problem(params: dict[str, str]) -> str | None:
    """The error for a requested duration that is not allowed; None if it is allowed."""
    asked = params.get("DurationSeconds")
    if asked is None:
        return None
    if not asked.isdecimal() or not _SHORTEST_SECONDS <= int(asked) <= _LONGEST_SECONDS:
        return (
            f"1 validation error detected: Value '{asked}' at 'durationSeconds' failed to satisfy constraint: "
            f"Member must have value between {_SHORTEST_SECONDS} and {_LONGEST_SECONDS}"
        )
    if int(asked) > _longest_session(params.get("RoleArn", "")):
        return "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
    return None


def _longest_session(role_arn: str) -> int:
    """The role's longest session. A missing role has no limit here, because MiniStack refuses it."""
    try:
        spec = parse_arn(role_arn)
    except ValueError:
        return _LONGEST_SECONDS
    role = iam._roles.get_scoped(spec.account_id, None, spec.resource.rsplit("/", 1)[-1])
    return int(role["MaxSessionDuration"]) if role else _LONGEST_SECONDS
