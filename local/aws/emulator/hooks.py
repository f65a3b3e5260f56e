"""Access to MiniStack's private names; these modules use no other way.

Private names can change in any version, so each hook first checks that the name exists and has the expected form.
"""

import inspect
from collections.abc import Callable
from importlib.metadata import version
from types import ModuleType
from typing import Any

EXPECTED_VERSION = "1.5.33"


class HookError(RuntimeError):
    """MiniStack differs from the version that these modules were written for."""


def require_version() -> None:
    """Refuses all other versions, because a hook without effect would hide faults."""
    found = version("ministack")
    if found != EXPECTED_VERSION:
        raise HookError(
            f"MiniStack: must be {EXPECTED_VERSION}, got {found}. The rules of local/aws/emulator hook private names "
            "of exactly that version. Install from local/aws/requirements.txt; or compare every hook with the new "
            "version, change EXPECTED_VERSION and run `npm run test:local`."
        )


def attribute(module: ModuleType, name: str) -> Any:
    """A private attribute of MiniStack. Raises HookError if it is missing."""
    if not hasattr(module, name):
        raise HookError(f"MiniStack {EXPECTED_VERSION}: {module.__name__}.{name} is missing.")
    return getattr(module, name)


def require(module: ModuleType, names: str) -> None:
    """Checks that private names, separated by spaces, exist."""
    for name in names.split():
        attribute(module, name)


def function(module: ModuleType, name: str, parameters: str) -> Callable[..., Any]:
    """A private function of MiniStack with exactly these parameters, separated by spaces."""
    found = attribute(module, name)
    names = " ".join(inspect.signature(found).parameters)
    if names != parameters:
        raise HookError(f"MiniStack: {module.__name__}.{name} must have the parameters ({parameters}), got ({names}).")
    return found


def replace(module: ModuleType, name: str, replacement: Any) -> None:
    """Replaces an existing attribute."""
    attribute(module, name)
    setattr(module, name, replacement)
