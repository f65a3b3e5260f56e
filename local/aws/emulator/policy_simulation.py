"""IAM's simulation of a role's policies sees the context that the caller gives, and every resource it names.

MiniStack ignores both: a right under a condition, such as the key's through S3, is then denied, and only the first
resource is looked at.
"""

from typing import Any

import hooks
from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import iam

_ACTION = "SimulatePrincipalPolicy"
_DECISIONS = {"Allow": "allowed", "Deny": "explicitDeny", "ImplicitDeny": "implicitDeny"}

_stock_simulate: Any = None


def install() -> None:
    global _stock_simulate
    _stock_simulate = hooks.function(iam, "_simulate_principal_policy", "p")
    hooks.function(iam, "_p", "params key default")
    hooks.require(iam, "_xml")
    hooks.function(iam_evaluator, "_gather_role_policies", "role_name account_id")
    hooks.attribute(iam, "_IAM_HANDLERS")[_ACTION] = simulate


def simulate(params: Any) -> Any:
    """For a role; users and groups are left to MiniStack."""
    kind, _, name = iam._p(params, "PolicySourceArn").split(":")[-1].partition("/")
    if kind != "role":
        return _stock_simulate(params)
    policies = iam_evaluator._gather_role_policies(name.rsplit("/", 1)[-1], get_account_id())
    context = _context(params)
    results = "".join(
        _result(action, resource, policies, context, iam._p(params, "PolicySourceArn"))
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
    """By lower-case key, as the evaluator looks them up."""
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
    decision = iam_evaluator.evaluate(request, policies).decision if policies else "ImplicitDeny"
    return (
        f"<member><EvalActionName>{action}</EvalActionName><EvalResourceName>{resource}</EvalResourceName>"
        f"<EvalDecision>{_DECISIONS[decision]}</EvalDecision><MatchedStatements></MatchedStatements>"
        "<MissingContextValues></MissingContextValues></member>"
    )
