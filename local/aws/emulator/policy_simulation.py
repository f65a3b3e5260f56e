"""IAM's policy simulation with context values, several resources and permissions boundaries.

MiniStack ignores the context, so it denies rights with conditions, such as the use of a key through S3. It also checks
only the first resource, and ignores the role's permissions boundary.
"""

from typing import Any

import hooks
from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import iam

_ACTION = "SimulatePrincipalPolicy"
_DECISIONS = {"Allow": "allowed", "Deny": "explicitDeny", "ImplicitDeny": "implicitDeny"}

_original_simulate: Any = None


def install() -> None:
    global _original_simulate
    _original_simulate = hooks.function(iam, "_simulate_principal_policy", "p")
    hooks.function(iam, "_p", "params key default")
    hooks.require(iam, "_xml")
    hooks.function(iam_evaluator, "_gather_role_policies", "role_name account_id")
    hooks.function(iam_evaluator, "_permissions_boundary", "store name account_id")
    hooks.require(iam, "_roles")
    hooks.attribute(iam, "_IAM_HANDLERS")[_ACTION] = simulate


def simulate(params: Any) -> Any:
    """Simulates the policies of a role. Users and groups are left to MiniStack."""
    kind, _, name = iam._p(params, "PolicySourceArn").split(":")[-1].partition("/")
    if kind != "role":
        return _original_simulate(params)
    role = name.rsplit("/", 1)[-1]
    policies = iam_evaluator._gather_role_policies(role, get_account_id())
    boundary = iam_evaluator._permissions_boundary(iam._roles, role, get_account_id())
    context = _context(params)
    results = "".join(
        _result(action, resource, (policies, boundary), context, iam._p(params, "PolicySourceArn"))
        for resource in _members(params, "ResourceArns") or ["*"]
        for action in _members(params, "ActionNames")
    )
    body = f"<EvaluationResults>{results}</EvaluationResults><IsTruncated>false</IsTruncated>"
    return iam._xml(200, f"{_ACTION}Response", f"<{_ACTION}Result>{body}</{_ACTION}Result>", ns="iam")


def _members(params: Any, prefix: str, suffix: str = "") -> list[str]:
    values: list[str] = []
    while value := iam._p(params, f"{prefix}.member.{len(values) + 1}{suffix}"):
        values.append(value)
    return values


def _context(params: Any) -> dict[str, str]:
    """Context values by lower-case key, as the evaluator expects them."""
    names = _members(params, "ContextEntries", ".ContextKeyName")
    return {
        name.lower(): iam._p(params, f"ContextEntries.member.{number}.ContextKeyValues.member.1")
        for number, name in enumerate(names, start=1)
    }


def _result(action: str, resource: str, policies: Any, context: dict[str, str], principal: str) -> str:
    request = iam_evaluator.EvalContext(
        principal_arn=principal,
        principal_type="AssumedRole",
        principal_account=get_account_id(),
        action=action,
        resource_arn=resource,
        region=get_region(),
        source_ip="127.0.0.1",
        secure_transport=context.get("aws:securetransport") == "true",
        service_context=context,
    )
    own, boundary = policies
    decision = iam_evaluator.evaluate(request, own, *boundary).decision if own else "ImplicitDeny"
    return (
        f"<member><EvalActionName>{action}</EvalActionName><EvalResourceName>{resource}</EvalResourceName>"
        f"<EvalDecision>{_DECISIONS[decision]}</EvalDecision><MatchedStatements></MatchedStatements>"
        f"<MissingContextValues></MissingContextValues>{_by_boundary(request, boundary)}</member>"
    )


def _by_boundary(request: Any, boundary: Any) -> str:
    """Decision of the boundary alone; empty if the role has none."""
    if not boundary:
        return ""
    allows = all(iam_evaluator.evaluate(request, limit).decision == "Allow" for limit in boundary)
    return (
        "<PermissionsBoundaryDecisionDetail>"
        f"<AllowedByPermissionsBoundary>{str(allows).lower()}</AllowedByPermissionsBoundary>"
        "</PermissionsBoundaryDecisionDetail>"
    )
