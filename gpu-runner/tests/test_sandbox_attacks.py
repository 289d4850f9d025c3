"""No attack passes, harms the machine, or outlives its limit."""

import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from pareto_runner.sandbox import Task, Verdict, check_sandbox, judge
from pareto_runner.sandbox.cgroups import PREFIX, remove_stale
from pareto_runner.sandbox.launch import parents
from pareto_runner.sandbox.layout import EXECUTABLE, find_bubblewrap
from tests.attacks import ATTACKS
from tests.attacks.kernel import GETPID, KERNEL_ATTACKS, raw_call
from tests.waiting import is_alive
from tests.waiting import wait_for as wait_for_end

LIMIT_S = 1.0
SUM = Task(
    prompt="",
    test=(
        "def check(candidate):\n    assert candidate(2, 3) == 5\n    assert candidate(10, -4) == 6\n"
        "    assert not candidate(0, 0)\n    assert 6.9 < candidate(3, 4) < 7.1\n"
        "    assert candidate([1], [2]) == [1, 2]\n"
    ),
    entry_point="f",
)

pytestmark = pytest.mark.skipif(not check_sandbox().available, reason=check_sandbox().reason)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("canary")
    (folder / "secret.txt").write_text("secret")
    folder.chmod(0o777)
    (folder / "secret.txt").chmod(0o666)
    return folder


@pytest.fixture(scope="module")
def verdicts(machine: Path) -> dict[str, Verdict]:
    programs = [source.replace("CANARY", str(machine)) for source in ATTACKS.values()]
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda program: judge(SUM, program, LIMIT_S), programs)
        return dict(zip(ATTACKS, found, strict=True))


def test_honest_program_passes() -> None:
    assert judge(SUM, "def f(a, b): return a + b\n").kind == "passed"


@pytest.mark.parametrize("name", ATTACKS)
def test_attack_does_not_pass(name: str, verdicts: dict[str, Verdict]) -> None:
    verdict = verdicts[name]
    assert not verdict.passed
    assert verdict.seconds < LIMIT_S + 2


@pytest.mark.parametrize("name", KERNEL_ATTACKS)
def test_kernel_refuses_the_call(name: str) -> None:
    # With a limit that a busy machine does not reach: the program ends at once when the call is refused.
    assert judge(SUM, KERNEL_ATTACKS[name]).kind == "broken"


@pytest.mark.skipif(not KERNEL_ATTACKS, reason="the machine code is for x86-64")
def test_machine_code_tells_an_allowed_call_from_a_refused_one() -> None:
    assert judge(SUM, raw_call(GETPID), LIMIT_S).kind == "time_limit"


@pytest.mark.usefixtures("verdicts")
def test_machine_is_unharmed(machine: Path) -> None:
    assert (machine / "secret.txt").read_text() == "secret"
    assert [path.name for path in machine.iterdir()] == ["secret.txt"]
    assert not Path("/tmp/escaped").exists()  # noqa: S108
    assert not Path("/dev/shm/escaped").exists()  # noqa: S108
    left = [
        p.info["cmdline"] for p in psutil.process_iter(["cmdline"]) if "/python/bin/python" in (p.info["cmdline"] or [])
    ]
    assert left == []
    assert [folder for parent in parents().values() for folder in parent.glob(f"{PREFIX}*")] == []


def test_sandbox_ends_with_the_process_that_judges() -> None:
    program = "import time\ndef f(a, b): time.sleep(1000)\n"
    code = f"from tests.test_sandbox_attacks import SUM, judge\njudge(SUM, {program!r}, 60)\n"
    judging = subprocess.Popen([sys.executable, "-c", code], cwd=Path(__file__).parents[1])
    # Once they are nobody: the change of user is what could leave them behind.
    inside = wait_for(
        lambda: [p for p in psutil.Process(judging.pid).children(recursive=True) if is_inside(p) and p.uids().real],
        2,
    )
    judging.kill()
    judging.wait()
    _, alive = psutil.wait_procs(inside, timeout=10)
    assert alive == []
    remove_stale(parents())


def test_sandbox_ends_also_when_the_judge_is_killed_while_it_starts(tmp_path: Path) -> None:
    slow = tmp_path / "slow"
    slow.write_text(f'#!/bin/sh\nsleep 1\nexec {find_bubblewrap()} "$@"\n')
    slow.chmod(0o700)
    code = (
        "import os, sys, psutil\n"
        "from pareto_runner.sandbox import launch\n"
        "from tests.test_sandbox_attacks import SUM, judge\n"
        "def die(*_):\n"
        "    print(*[child.pid for child in psutil.Process().children()], flush=True)\n"
        "    os.kill(os.getpid(), 9)\n"
        f"launch.find_bubblewrap = lambda: {str(slow)!r}\n"
        "sys.modules['pareto_runner.sandbox.judge']._read_until = die\n"
        "judge(SUM, 'import time; time.sleep(1000)', 60)\n"
    )
    judging = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[1], stdout=subprocess.PIPE)
    sandboxes = [int(pid) for pid in judging.stdout.split()]
    assert len(sandboxes) == 2
    wait_for_end(lambda: not any(map(is_alive, sandboxes)), 20)
    remove_stale(parents())


def wait_for(find: Callable[[], list[psutil.Process]], count: int) -> list[psutil.Process]:
    end = time.monotonic() + 60
    while len(found := find()) < count and time.monotonic() < end:
        time.sleep(0.05)
    assert len(found) >= count
    return found


def is_inside(process: psutil.Process) -> bool:
    try:
        return process.cmdline()[:1] == [EXECUTABLE]
    except psutil.Error:
        return False
