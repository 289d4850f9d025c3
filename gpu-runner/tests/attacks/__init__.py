"""Programs that try to pass without the answer, or to reach out of the sandbox.

Each defines `f(a, b)`, whose tests want the sum. None computes it honestly: it is returned only where the attack has
worked, so a verdict of "passed" is an escape. `CANARY` stands for a folder of the machine that holds `secret.txt`.
"""

from tests.attacks.machine import MACHINE_ATTACKS
from tests.attacks.verdict import VERDICT_ATTACKS
from tests.attacks.wire import WIRE_ATTACKS

ATTACKS: dict[str, str] = {**VERDICT_ATTACKS, **WIRE_ATTACKS, **MACHINE_ATTACKS}
