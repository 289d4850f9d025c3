"""`python -m pareto_runner.sandbox`: say whether generated code can be run safely here and, if not, what is missing."""

from __future__ import annotations

import sys

from pareto_runner.sandbox.probe import check_sandbox


def main() -> int:
    """Print the probe's outcome; the exit status is 0 when every layer holds."""
    found = check_sandbox()
    print("every layer of the sandbox holds" if found.available else f"{found.reason}\n{found.remedy}")
    return 0 if found.available else 1


if __name__ == "__main__":
    sys.exit(main())
