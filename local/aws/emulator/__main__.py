"""MiniStack, with rules of AWS that this project's stacks need and MiniStack lacks.

Run as ``python -I -B local/aws/emulator``. Prints one line of JSON with its ports, then serves until its stdin ends.

Environment variables:
- MiniStack's own (AUTH, SERVICES, USE_SSL, MINISTACK_SSL_CERT, MINISTACK_SSL_KEY, ...), except addresses and ports
- EMULATOR_RUN_KEY: the secrets of root keys are derived from it
- EMULATOR_ISSUER_KEYS: keys of identity providers, to verify their tokens
- EMULATOR_FRONT_PORT: port of the S3 pass-through
"""

import os
import sys
from pathlib import Path

# Isolated mode (-I) may omit this folder.
_HERE = str(Path(__file__).resolve().parent)
if _HERE not in sys.path:
    sys.path.insert(0, _HERE)

import hooks  # noqa: E402
import server  # noqa: E402


def main() -> None:
    hooks.require_version()
    sockets = server.bind()
    run_key = os.environ.pop("EMULATOR_RUN_KEY")
    issuer_keys = os.environ.pop("EMULATOR_ISSUER_KEYS")

    # Imported after `bind`, because MiniStack reads its settings, such as the ports, on import.
    import bucket_owner
    import guard
    import identity_token
    import kms_on_writes
    import multipart_rules
    import policy_simulation
    import resource_types
    import root_keys
    import s3_configuration
    import signatures
    import sts_rules
    import versioned_reads
    import web_identity

    root_keys.install(run_key)
    identity_token.install(issuer_keys)
    for module in (
        s3_configuration,
        resource_types,
        sts_rules,
        web_identity,
        kms_on_writes,
        versioned_reads,
        multipart_rules,
        bucket_owner,
        policy_simulation,
        signatures,
        guard,
    ):
        module.install()
    server.serve(sockets)


if __name__ == "__main__":
    main()
