"""`python -m harness.selftest [--minutes N]`: measure the controls."""

import signal
import sys

from harness.errors import UsageError
from harness.selftest.controls import main

if __name__ == "__main__":
    for ended in (signal.SIGTERM, signal.SIGHUP):  # to be ended, or to lose the terminal, is to be interrupted
        signal.signal(ended, signal.default_int_handler)
    try:
        sys.exit(main(sys.argv[1:]))
    except UsageError as error:
        print(error, file=sys.stderr)  # noqa: T201
        sys.exit(2)
