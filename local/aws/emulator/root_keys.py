"""Root keys of accounts: the account number, with a secret of this run.

MiniStack accepts any account number as a root key and does not check the secret. Here the secret is derived from the
run key, which only the process that started the emulator knows (see ``rootOf`` in local/aws/clients.ts).
"""

import dataclasses
import hashlib
import hmac
import re
from typing import Any

import hooks
from ministack.core import iam_evaluator, responses
from ministack.services import s3

_NOT_CHECKED = hooks.attribute(iam_evaluator, "_SESSION_TOKEN_NOT_CHECKED")

_run_key: bytes = b""
_original_resolve: Any = None


def install(run_key: str) -> None:
    global _run_key, _original_resolve
    _run_key = run_key.encode()
    _original_resolve = hooks.function(iam_evaluator, "resolve_credential", "access_key_id account_id session_token")
    hooks.function(iam_evaluator, "is_root_access_key", "access_key_id")
    hooks.function(iam_evaluator, "find_iam_access_key_account", "access_key_id")
    hooks.function(iam_evaluator, "_unknown_access_key", "")
    hooks.function(responses, "_account_from_sts_session", "access_key_id")
    for module in (iam_evaluator, s3):
        hooks.replace(module, "resolve_credential", resolve_credential)


def resolve_credential(access_key_id: str, account_id: str | None = None, session_token: Any = _NOT_CHECKED) -> Any:
    """MiniStack's credential. A root credential gets the secret of this run."""
    found = _original_resolve(access_key_id, account_id, session_token)
    if isinstance(found, iam_evaluator.CredentialResolutionError) or found.principal_type != "Root":
        return found
    return dataclasses.replace(found, secret_access_key=_secret(access_key_id))


def credential_of(access_key_id: str, session_token: str) -> Any:
    """The credential of an access key, or the error for an unknown one. Only account numbers are root keys."""
    if re.fullmatch("[0-9]{12}", access_key_id):
        return resolve_credential(access_key_id, access_key_id, session_token)
    if iam_evaluator.is_root_access_key(access_key_id):
        return iam_evaluator._unknown_access_key()
    account = responses._account_from_sts_session(access_key_id)
    owner = account or iam_evaluator.find_iam_access_key_account(access_key_id)
    return resolve_credential(access_key_id, owner, session_token)


def _secret(account: str) -> str:
    return hmac.new(_run_key, account.encode(), hashlib.sha256).hexdigest()
