"""AssumeRoleWithWebIdentity: exchanges a token of an identity provider for a session of a role.

MiniStack checks no token, so its own implementation is disabled. Like AWS, this one checks the identity provider in the
role's account, audience, signature, times, the role's trust policy, and the duration of the session. Error codes are
AWS's; messages, too, where they are known: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html (read 2026-11-28).
"""

import re
import time
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

import hooks
import identity_token
import oidc_provider
import signatures
import sts_rules
from ministack.core import iam_evaluator
from ministack.core.responses import get_region
from ministack.services import iam, sts

ACTION = "AssumeRoleWithWebIdentity"
_FORM = "application/x-www-form-urlencoded"
_DEFAULT_SECONDS = 3_600
_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
# Claims that a trust policy can use, for an issuer that AWS has no special rules for. Not oid, tid or roles.
_CONDITION_KEYS = ("aud", "sub", "amr")

Answer = tuple[int, dict[str, str], bytes]


class Refused(Exception):
    """AWS's status, code and message for a refused request."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def install() -> None:
    hooks.function(sts, "_assumed_role_arn", "role_arn session_name")
    hooks.function(sts, "_session_policies", "params account_id check")
    hooks.function(sts, "_role_id", "role_arn")
    hooks.function(sts, "register_session", "access_key session")
    hooks.function(iam_evaluator, "evaluate_trust_policy", "trust_doc caller_arn ctx")
    hooks.require(sts, "_error _xml _future _gen_session_access_key _gen_secret _gen_session_token")
    hooks.require(iam, "_roles")
    hooks.function(sts, "_web_identity_trust_denied", "role_arn params use_json")
    hooks.replace(sts, "_web_identity_trust_denied", _refuse_signed)


def unsigned_form(request: signatures.Request) -> dict[str, list[str]] | None:
    """The parameters of an unsigned request for this action; None for any other request."""
    if (request.method, request.path, request.query) != ("POST", "/", {}):
        return None
    if "authorization" in request.headers or not request.headers.get("content-type", "").startswith(_FORM):
        return None
    params = parse_qs(request.body.decode("utf-8", "replace"))
    return params if params.get("Action") == [ACTION] else None


def _refuse_signed(role_arn: str, params: Any, use_json: bool) -> Any:
    """Replaces MiniStack's check, which only signed requests reach."""
    return sts._error(403, "AccessDenied", f"Send {ACTION} without a signature, as the AWS clients do", ns="sts")


def answer(params: dict[str, list[str]]) -> Answer:
    try:
        return _session(params)
    except Refused as refused:
        found: Answer = sts._error(refused.status, refused.code, escape(refused.message), ns="sts")
        return found


def _session(params: dict[str, list[str]]) -> Answer:
    given = {name: values[0] for name, values in params.items()}
    role_arn, name = given.get("RoleArn", ""), given.get("RoleSessionName", "")
    assumed_arn, refusal = sts._assumed_role_arn(role_arn, name)
    if refusal is not None:
        return refusal
    if _SESSION_NAME.fullmatch(name) is None:
        raise Refused(
            "ValidationError",
            f"1 validation error detected: Value '{name}' at 'roleSessionName' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [\\w+=,.@-]*, and have 2 to 64 characters",
        )
    account = role_arn.split(":")[4]
    claims, audience = _checked_token(given.get("WebIdentityToken", ""), account)
    _check_trust(role_arn, account, claims, audience)
    problem = sts_rules.duration_problem(given)
    if problem is not None:
        raise Refused("ValidationError", problem)
    policies, refusal = sts._session_policies(params, account)
    if refusal is not None:
        return refusal
    return _session_answer(given, assumed_arn, policies, claims, audience)


def _checked_token(text: str, account: str) -> tuple[dict[str, Any], str]:
    """Claims and audience of a token, after it is verified with an identity provider of the account."""
    try:
        token = identity_token.read(text)
    except ValueError:
        raise Refused("InvalidIdentityToken", "The ID Token provided is not a valid JWT.") from None
    claims = token.claims
    issuer = str(claims.get("iss"))
    provider = oidc_provider.find(account, issuer) if issuer.startswith("https://") else None
    if provider is None:
        raise Refused("InvalidIdentityToken", f"No OpenIDConnect provider found in your account for {issuer}")
    # If there is an authorized party (azp), AWS uses it as the audience. So Entra's tokens of version 2 fail here.
    audience = claims.get("azp", claims.get("aud"))
    if not isinstance(audience, str) or audience not in provider["ClientIDList"]:
        raise Refused("InvalidIdentityToken", "Incorrect token audience")
    key = identity_token.key_of(token)
    if key is None:
        raise Refused(
            "InvalidIdentityToken",
            "Couldn't retrieve verification key from your identity provider,  please reference "
            "AssumeRoleWithWebIdentity documentation for requirements",
        )
    if not identity_token.is_signed_by(token, key):
        raise Refused("InvalidIdentityToken", "The web identity token provided could not be validated")
    _check_times(claims)
    return claims, audience


def _check_times(claims: dict[str, Any]) -> None:
    now, ends, begins = int(time.time()), claims.get("exp"), claims.get("nbf", 0)
    if not isinstance(ends, int) or not isinstance(begins, int):
        raise Refused("InvalidIdentityToken", "The web identity token provided could not be validated")
    if now >= ends:
        raise Refused(
            "ExpiredTokenException",
            f"Token expired: current date/time {now} must be before the expiration date/time {ends}",
        )
    if now < begins:
        raise Refused("InvalidIdentityToken", f"Token is not valid before {begins}, and it is {now}")


def _check_trust(role_arn: str, account: str, claims: dict[str, Any], audience: str) -> None:
    role = iam._roles.get_scoped(account, None, role_arn.rsplit("/", 1)[-1])
    issuer = str(claims["iss"])
    provider = oidc_provider.arn_of(account, issuer)
    known = {**claims, "aud": audience}
    context = iam_evaluator.EvalContext(
        principal_arn=provider,
        principal_type="WebIdentityUser",
        principal_account=account,
        action=f"sts:{ACTION}",
        resource_arn=role_arn,
        region=get_region(),
        source_ip="127.0.0.1",
        secure_transport=True,
        # By lower-case key, as the evaluator expects them.
        service_context={
            f"{oidc_provider.name_of(issuer)}:{key}".lower(): known[key] for key in _CONDITION_KEYS if key in known
        },
    )
    trust = (role or {}).get("AssumeRolePolicyDocument", "{}")
    if role is None or not iam_evaluator.evaluate_trust_policy(trust, provider, context):
        raise Refused("AccessDenied", f"Not authorized to perform sts:{ACTION}", 403)


def _session_answer(
    given: dict[str, str], assumed_arn: str, policies: dict[str, Any], claims: dict[str, Any], audience: str
) -> Answer:
    seconds = int(given.get("DurationSeconds", _DEFAULT_SECONDS))
    key, secret, token = sts._gen_session_access_key(), sts._gen_secret(), sts._gen_session_token()
    user = f"{sts._role_id(given['RoleArn'])}:{given['RoleSessionName']}"
    sts.register_session(
        key,
        {
            "Arn": assumed_arn,
            "UserId": user,
            "SecretAccessKey": secret,
            "SessionToken": token,
            "Expiration": time.time() + seconds,
            "AccountId": given["RoleArn"].split(":")[4],
            "PrincipalType": "AssumedRole",
            "SessionPolicies": policies if any(policies.values()) else None,
        },
    )
    fields = {
        "SubjectFromWebIdentityToken": str(claims.get("sub", "")),
        "Audience": audience,
        "Provider": str(claims["iss"]),
    }
    found: Answer = sts._xml(
        200,
        f"{ACTION}Response",
        f"<{ACTION}Result><Credentials><AccessKeyId>{key}</AccessKeyId><SecretAccessKey>{secret}</SecretAccessKey>"
        f"<SessionToken>{token}</SessionToken><Expiration>{sts._future(seconds)}</Expiration></Credentials>"
        f"<AssumedRoleUser><AssumedRoleId>{user}</AssumedRoleId><Arn>{assumed_arn}</Arn></AssumedRoleUser>"
        + "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())
        + f"</{ACTION}Result>",
        ns="sts",
    )
    return found
