import errno
import gzip
import json
import struct
from pathlib import Path

import pytest

from pareto_runner.errors import RunnerError
from pareto_runner.sandbox import Task, check_sandbox, judge, launch, layout, probe, score_programs
from pareto_runner.sandbox.inside.wire import WireError, decode, encode
from pareto_runner.sandbox.seccomp import ALLOWED, AUDIT_ARCH, NO_TERMINAL, build_filter
from tests.shared_data import find_shared

OWN = [json.loads(line) for line in (Path(__file__).parent / "attacks" / "tasks.jsonl").read_text().splitlines()]

needs_sandbox = pytest.mark.skipif(not check_sandbox().available, reason=check_sandbox().reason)


def task_of(item: dict[str, str]) -> Task:
    return Task(item["prompt"], item["test"], item["entry_point"])


@needs_sandbox
def test_right_programs_pass_and_wrong_ones_do_not() -> None:
    tasks = [task_of(item) for item in OWN]
    assert score_programs(tasks, [item["canonical_solution"] for item in OWN]) == [1.0] * len(OWN)
    wrong = ["    return None\n", "    raise ValueError\n", "    not Python\n"]
    assert score_programs(tasks[:9], [wrong[i % 3] for i in range(9)]) == [0.0] * 9


@needs_sandbox
def test_humaneval_canonical_solutions_pass() -> None:
    path = find_shared("humaneval/HumanEval.jsonl.gz")
    items = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
    scores = score_programs([task_of(item) for item in items], [item["canonical_solution"] for item in items])
    failed = [item["task_id"] for item, score in zip(items, scores, strict=True) if score != 1.0]
    assert (len(items), failed) == (164, [])


@needs_sandbox
def test_error_that_ends_a_loop_is_not_raised_in_the_tests() -> None:
    test = "def check(candidate):\n    assert all(map(lambda n: candidate(n) == n, [1, 2, 3]))\n"
    verdict = judge(Task("", test, "f"), "def f(n): raise StopIteration\n")
    assert (verdict.kind, verdict.detail) == ("error", "CandidateError: StopIteration")


@needs_sandbox
def test_tests_that_never_call_prove_nothing() -> None:
    assert judge(Task("", "def check(candidate):\n    pass\n", "f"), "def f(): pass\n").kind == "error"
    catching = "def check(candidate):\n    try:\n        candidate()\n    except Exception:\n        pass\n"
    assert judge(Task("", catching, "f"), "import os\ndef f(): os._exit(0)\n").kind == "broken"


def test_plain_values_cross_exactly() -> None:
    values: list[object] = [None, True, 0, -1, 1 << 90, 0.1, -0.0, float("inf"), 2j, "für\ud800", b"\0"]
    values += [[], (), {1: {2: (3,)}}, {frozenset({1, (2, None)})}, [True, 1, 1.0]]
    for value in values:
        back = decode(json.loads(json.dumps(encode(value))))
        assert (repr(back), type(back)) == (repr(value), type(value))


@pytest.mark.parametrize(
    "form",
    [0.5, {}, [], ["int", 5], ["int", "x"], ["float", "1z"], ["list", "ab"], ["dict", [[1]]], ["set", [["list", []]]]],
    ids=repr,
)
def test_malformed_values_are_refused(form: object) -> None:
    with pytest.raises(WireError):
        decode(form)


def run_filter(program: bytes, architecture: int, number: int) -> int:
    """Interpret the three BPF instructions that the filter is made of."""
    steps = list(struct.iter_unpack("=HBBI", program))
    at, accumulator = 0, 0
    while True:
        code, if_true, if_false, value = steps[at]
        at += 1
        if code == 0x20:
            accumulator = {0: number, 4: architecture}[value]
        elif code == 0x15:
            at += if_true if accumulator == value else if_false
        else:
            return int(value)


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_filter_allows_the_list_and_nothing_else(machine: str) -> None:
    column = list(AUDIT_ARCH).index(machine)
    allowed = {pair[column] for pair in ALLOWED.values()}
    program = build_filter(machine)
    for number in [*range(600), 0x40000000, 0x40000001, 0xFFFFFFFF]:
        said = run_filter(program, AUDIT_ARCH[machine], number)
        if number in allowed:
            assert said == 0x7FFF0000
        else:
            refused = errno.ENOTTY if number == NO_TERMINAL["ioctl"][column] else errno.EPERM
            assert said == 0x00050000 | refused
    for name, architecture in AUDIT_ARCH.items():
        assert (run_filter(program, architecture, 0) == 0x80000000) == (name != machine)


@pytest.fixture
def fresh_probe() -> object:
    check_sandbox.cache_clear()
    launch.parents.cache_clear()
    yield None
    check_sandbox.cache_clear()
    launch.parents.cache_clear()


@pytest.mark.usefixtures("fresh_probe")
def test_missing_layer_makes_it_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise RunnerError("sandbox_unavailable", "No control group can be made here.", "Run the runner as root.")

    monkeypatch.setattr(launch, "find_parents", refuse)
    assert check_sandbox().reason == "No control group can be made here."
    check_sandbox.cache_clear()
    monkeypatch.setenv("PATH", "")
    found = check_sandbox()
    assert not found.available
    assert "apt-get install bubblewrap" in found.remedy
    with pytest.raises(RunnerError, match="sandbox_unavailable"):
        score_programs([], [])


@needs_sandbox
@pytest.mark.usefixtures("fresh_probe")
def test_probe_notices_a_filter_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    allow_all = struct.pack("=HBBI", 0x06, 0, 0, 0x7FFF0000)
    monkeypatch.setattr(launch, "build_filter", lambda: allow_all)
    assert "reach out of it" in check_sandbox().reason
    check_sandbox.cache_clear()
    options = [option for option in layout.bubblewrap_options() if option != "--unshare-net"]
    monkeypatch.setattr(launch, "bubblewrap_options", lambda: tuple(options))
    assert probe.check_sandbox().reason == "the process shares the net namespace with the machine"
