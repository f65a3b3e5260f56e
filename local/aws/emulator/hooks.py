"""The only way in which these modules take hold of MiniStack's private names.

MiniStack promises nothing about them, so every hook first checks that what it hooks is there and looks as expected.
"""

import inspect
from collections.abc import Callable
from importlib.metadata import version
from types import ModuleType
from typing import Any

EXPECTED_VERSION = "1.5.33"


class HookError(RuntimeError):
    """MiniStack isn't what these modules were written for."""


def require_version() -> None:
    """Refuses every other version: a hook that no longer bites would let mistakes pass in silence."""
    found = version("ministack")
    if found != EXPECTED_VERSION:
        raise HookError(
            f"MiniStack: {EXPECTED_VERSION} is needed, got {found}. The rules of local/aws/emulator hook private names "
            "of exactly that version. Install from local/aws/requirements.txt, or read every hook against the new "
            "version, run `npm run test:local` and change EXPECTED_VERSION."
        )


def attribute(module: ModuleType, name: str) -> Any:
    """A private attribute of MiniStack's that must be there."""
    if not hasattr(module, name):
        raise HookError(f"MiniStack {EXPECTED_VERSION}: {module.__name__}.{name} is needed, but it isn't there.")
    return getattr(module, name)


def require(module: ModuleType, names: str) -> None:
    """Checks private names, separated by blanks, that are only used later on."""
    for name in names.split():
        attribute(module, name)


def function(module: ModuleType, name: str, parameters: str) -> Callable[..., Any]:
    """A private function of MiniStack's with exactly these parameters, separated by blanks."""
    found = attribute(module, name)
    names = " ".join(inspect.signature(found).parameters)
    if names != parameters:
        raise HookError(f"MiniStack: {module.__name__}.{name} should take ({parameters}), but it takes ({names}).")
    return found


def replace(module: ModuleType, name: str, replacement: Any) -> None:
    """Puts ours in the place of an attribute that must be there."""
    attribute(module, name)
    setattr(module, name, replacement)
