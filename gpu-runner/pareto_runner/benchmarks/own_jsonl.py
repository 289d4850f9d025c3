"""A person's own items as JSON lines: `{question, choices, answer}` or `{question, answer}`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pareto_runner.errors import RunnerError

MAX_ITEMS = 20_000
MAX_LINE = 100_000
MAX_CHOICES = 50
MAX_PROBLEMS = 20
CHOICE_TASK: dict[str, Any] = {
    "output_type": "multiple_choice",
    "doc_to_text": "question",
    "doc_to_choice": "choices",
    "doc_to_target": "answer",
    "metric_list": [{"metric": "acc", "aggregation": "mean", "higher_is_better": True}],
}
ANSWER_TASK: dict[str, Any] = {
    "output_type": "generate_until",
    "doc_to_text": "question",
    "doc_to_target": "answer",
    "generation_kwargs": {"until": ["\n"], "do_sample": False, "max_gen_toks": 64},
    "filter_list": [
        {
            "name": "none",
            "filter": [{"function": "regex", "regex_pattern": r"^\s*(\S.*?)\s*$"}, {"function": "take_first"}],
        }
    ],
    "metric_list": [
        {"metric": "exact_match", "aggregation": "mean", "higher_is_better": True, "ignore_case": True},
    ],
}


@dataclass(frozen=True)
class Parsed:
    """A checked upload: lm-eval's task without name and data set, its items, and what the lab shows of it."""

    task: dict[str, Any]
    items: list[dict[str, Any]]
    metric: str
    filter: str
    chance: float | None


class Problems:
    """Collects what is wrong, each with its place, so that all can be mended at once."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._found: list[tuple[int, str]] = []

    def add(self, number: int, message: str) -> None:
        """Note one problem at a line or item, counted from 1."""
        self._found.append((number, message))

    def raise_any(self) -> None:
        """Raise what was found.

        Raises:
            RunnerError: `benchmark_invalid`.
        """
        if not self._found:
            return
        number, message = self._found[0]
        more = f" There are {len(self._found) - 1} more problems." if len(self._found) > 1 else ""
        shown = [{self._place: number, "message": message} for number, message in self._found[:MAX_PROBLEMS]]
        raise invalid(f"{self._place.capitalize()} {number}: {message}.{more}", {"problems": shown})


def invalid(message: str, details: dict[str, Any] | None = None) -> RunnerError:
    """Return the error of an upload that cannot be used."""
    return RunnerError(
        "benchmark_invalid",
        message,
        'Each line is one item: {"question": "…", "choices": ["…", "…"], "answer": 0} or '
        '{"question": "…", "answer": "…"}.',
        field="content",
        details=details,
    )


def read_jsonl(content: str) -> Parsed:
    """Check the items and return them in one form; `answer` of a choice becomes its number, counted from 0.

    Raises:
        RunnerError: `benchmark_invalid`, with every problem's line.
    """
    problems = Problems("line")
    items: list[dict[str, Any]] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(content.split("\n"), start=1):
        if not line.strip():
            continue
        if len(line) > MAX_LINE:
            problems.add(number, f"the line is longer than {MAX_LINE} characters")
            continue
        try:
            item = _read_item(line)
        except ValueError as error:
            problems.add(number, str(error))
            continue
        if items and ("choices" in item) != ("choices" in items[0]):
            problems.add(number, "some items have choices and some have none; a benchmark has one kind")
            continue
        key = json.dumps([item["question"], item.get("choices")])
        if key in seen:
            problems.add(number, f"the same question as in line {seen[key]}")
            continue
        seen[key] = number
        items.append(item)
    problems.raise_any()
    if not items:
        raise invalid("There is no item in the file.")
    if len(items) > MAX_ITEMS:
        raise invalid(f"There are {len(items)} items; at most {MAX_ITEMS} are taken.")
    if "choices" in items[0]:
        chance = sum(1 / len(item["choices"]) for item in items) / len(items)
        return Parsed(CHOICE_TASK, items, "acc", "none", round(chance, 4))
    return Parsed(ANSWER_TASK, items, "exact_match", "none", 0.0)


def _read_item(line: str) -> dict[str, Any]:
    try:
        item = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"no JSON ({error.msg} at character {error.pos + 1})") from error
    except RecursionError as error:
        raise ValueError("no JSON that can be read (nested too deep)") from error
    if not isinstance(item, dict):
        raise ValueError("not an object with question and answer")
    if unknown := sorted(item.keys() - {"id", "question", "choices", "answer"}):
        raise ValueError(f"an unknown field '{unknown[0]}'")
    question = item.get("question")
    if not isinstance(question, str) or not question.strip():
        raise ValueError("the question is missing or empty")
    # The answer follows after one space, as lm-eval joins them.
    question = question.rstrip()
    if "choices" not in item:
        return {"question": question, "answer": _read_answer(item.get("answer"))}
    choices = item["choices"]
    if not isinstance(choices, list) or not 2 <= len(choices) <= MAX_CHOICES:
        raise ValueError(f"choices must be a list of 2 to {MAX_CHOICES} texts")
    if not all(isinstance(choice, str) and choice.strip() for choice in choices):
        raise ValueError("a choice is empty or no text")
    if len(set(choices)) < len(choices):
        raise ValueError("two choices are the same")
    return {"question": question, "choices": choices, "answer": _find_choice(choices, item.get("answer"))}


def _read_answer(answer: Any) -> str:
    if isinstance(answer, (int, float)) and not isinstance(answer, bool):
        answer = str(answer)
    if not isinstance(answer, str) or not answer.strip():
        raise ValueError("the answer is missing or empty")
    if "\n" in answer.strip():
        raise ValueError("the answer has more than one line")
    return answer.strip()


def _find_choice(choices: list[str], answer: Any) -> int:
    if isinstance(answer, str) and answer in choices:
        return choices.index(answer)
    if isinstance(answer, int) and not isinstance(answer, bool) and 0 <= answer < len(choices):
        return answer
    raise ValueError("the answer is neither one of the choices nor the number of one, counted from 0")
