"""A person's own lm-eval task as YAML, with its items inside under `items`.

Only keys that hold data are taken: no function, no include, no data set from elsewhere. lm-eval fills the templates
with a Jinja that would run whatever a template calls, so of Jinja too only what holds data is taken.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

import yaml

from pareto_runner.benchmarks.own_jsonl import MAX_ITEMS, Parsed, Problems
from pareto_runner.errors import RunnerError

KEYS = {
    "task",
    "items",
    "description",
    "output_type",
    "doc_to_text",
    "doc_to_target",
    "doc_to_choice",
    "target_delimiter",
    "generation_kwargs",
    "filter_list",
    "metric_list",
    "metadata",
}
METRICS = {"multiple_choice": ("acc", "acc_norm"), "generate_until": ("exact_match",)}
METRIC_KEYS = {
    "metric",
    "aggregation",
    "higher_is_better",
    "ignore_case",
    "ignore_punctuation",
    "ignore_numbers",
    "regexes_to_ignore",
}
GENERATION_KEYS = {"until", "max_gen_toks", "do_sample", "temperature"}
FILTERS = {"regex", "take_first", "remove_whitespace", "lowercase", "uppercase"}
TEMPLATES = ("doc_to_text", "doc_to_target", "doc_to_choice", "description")
JINJA_FILTERS = {"trim", "lower", "upper", "join", "replace", "length", "first", "last", "title", "string", "int"}
JINJA_NODES = {
    "Template",
    "Output",
    "TemplateData",
    "Name",
    "Const",
    "List",
    "Getitem",
    "Filter",
    "If",
    "For",
    "CondExpr",
    "Compare",
    "Operand",
    "And",
    "Or",
    "Not",
    "Add",
    "Sub",
    "Concat",
}


def read_yaml(content: str) -> Parsed:
    """Check the task and return it with its items.

    Raises:
        RunnerError: `benchmark_invalid`.
    """
    # The loader in C, where there is one: the other takes a minute for the largest file.
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(content, Loader=loader)):
            # A few lines of them can stand for more items than fit into memory.
            raise _refuse("It has aliases (*name); write each item out.")
        task = yaml.load(content, Loader=loader)  # noqa: S506 - a safe loader, which knows plain data only
    except yaml.constructor.ConstructorError as error:
        # A tag such as `!function`, which would load code.
        raise _refuse(f"{error.problem}{_line(error)}; a benchmark of your own cannot bring code") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise _refuse(f"It is no YAML{_line(error)}: {getattr(error, 'problem', None) or error}") from error
    if not isinstance(task, dict):
        raise _refuse("It is not a task: keys and values are missing.")
    if unknown := sorted(str(key) for key in task.keys() - KEYS):
        raise _refuse(f"The key '{unknown[0]}' is not taken. Taken are: {', '.join(sorted(KEYS))}.")
    kind = task.get("output_type")
    if kind not in METRICS:
        raise _refuse("output_type must be multiple_choice or generate_until.")
    _check_templates(task, kind)
    _check_options(task)
    metric = _check_metrics(task, kind)
    items = _check_items(task)
    choices = task.get("doc_to_choice")
    chance = 0.0 if kind == "generate_until" else 1 / len(choices) if isinstance(choices, list) else None
    filters = task.get("filter_list")
    kept = {key: value for key, value in task.items() if key not in ("items", "task", "metadata")}
    return Parsed(kept, items, metric, str(filters[0]["name"]) if filters else "none", chance)


def _check_templates(task: dict[str, Any], kind: str) -> None:
    for name in ("doc_to_text", "doc_to_target") + (("doc_to_choice",) if kind == "multiple_choice" else ()):
        if not task.get(name) and task.get(name) != 0:
            raise _refuse(f"{name} is missing.")
    for name in TEMPLATES:
        for text in task[name] if isinstance(task.get(name), list) else [task.get(name)]:
            if isinstance(text, str):
                _check_template(name, text)
            elif text is not None and not (name == "doc_to_target" and type(text) is int):
                raise _refuse(f"{name} must be a text{' or a list of texts' if name == 'doc_to_choice' else ''}.")


def _check_template(name: str, text: str) -> None:
    from jinja2 import Environment, TemplateSyntaxError, nodes

    try:
        tree = Environment(autoescape=False).parse(text)  # noqa: S701 - parsed, never rendered; a prompt is no page
    except TemplateSyntaxError as error:
        raise _refuse(f"{name} is no template: {error.message}") from error
    for node in [tree, *tree.find_all(nodes.Node)]:
        allowed = type(node).__name__ in JINJA_NODES
        if isinstance(node, nodes.Filter):
            allowed = node.name in JINJA_FILTERS
        if isinstance(node, nodes.Getitem):
            allowed = isinstance(node.arg, nodes.Const) and not str(node.arg.value).startswith("_")
        if not allowed:
            raise _refuse(
                f"{name} uses {type(node).__name__.lower()} in line {node.lineno}, which a template may not: it may "
                f"hold fields of the item, tests, loops and the filters {', '.join(sorted(JINJA_FILTERS))}."
            )


def _check_options(task: dict[str, Any]) -> None:
    generation = task.get("generation_kwargs") or {}
    if not isinstance(generation, dict) or generation.keys() - GENERATION_KEYS:
        raise _refuse(f"generation_kwargs may hold {', '.join(sorted(GENERATION_KEYS))}.")
    if generation.get("do_sample"):
        raise _refuse("generation_kwargs asks for sampling; answers are greedy, so that they can be compared.")
    for entry in _list_of_dicts(task, "filter_list"):
        steps = entry.get("filter")
        if not isinstance(entry.get("name"), str) or not isinstance(steps, list):
            raise _refuse("Each entry of filter_list has a name and a list of filters.")
        for step in steps:
            if not isinstance(step, dict) or step.get("function") not in FILTERS:
                raise _refuse(f"A filter's function must be one of {', '.join(sorted(FILTERS))}.")


def _check_metrics(task: dict[str, Any], kind: str) -> str:
    metrics = _list_of_dicts(task, "metric_list")
    for entry in metrics:
        if entry.get("metric") not in METRICS[kind] or entry.keys() - METRIC_KEYS:
            raise _refuse(f"metric_list takes {' or '.join(METRICS[kind])} with {', '.join(sorted(METRIC_KEYS))}.")
        if entry.get("aggregation", "mean") != "mean" or entry.get("higher_is_better", True) is not True:
            raise _refuse("A metric is a mean over items of which more is better.")
    return str(metrics[0]["metric"]) if metrics else METRICS[kind][0]


def _check_items(task: dict[str, Any]) -> list[dict[str, Any]]:
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.sandbox import SandboxedEnvironment

    items = task.get("items")
    if not isinstance(items, list) or not items:
        raise _refuse("There is no item under the key 'items'.")
    if len(items) > MAX_ITEMS:
        raise _refuse(f"There are {len(items)} items; at most {MAX_ITEMS} are taken.")
    environment = SandboxedEnvironment(undefined=StrictUndefined)
    templates = {name: environment.from_string(text) for name, text in _templates(task)}
    problems = Problems("item")
    seen: dict[str, int] = {}
    kinds: dict[str, str] = {}
    for number, item in enumerate(items, start=1):
        if not isinstance(item, dict) or not all(isinstance(key, str) for key in item):
            problems.add(number, "not an object of named fields")
            continue
        if item.keys() != items[0].keys():
            problems.add(number, "its fields are not those of the first item")
            continue
        try:
            for name, value in item.items():
                kind = _kind(value)
                if kinds.setdefault(name, kind) != kind:
                    raise ValueError(f"'{name}' holds {kind}, and {kinds[name]} in the first item")
        except ValueError as error:
            problems.add(number, str(error))
            continue
        try:
            filled = {name: template.render(**item) for name, template in templates.items()}
        except (TemplateError, TypeError, ValueError) as error:
            problems.add(number, f"a template cannot be filled ({error})")
            continue
        if task["output_type"] == "multiple_choice" and not _has_answer(task, item, filled):
            problems.add(number, "doc_to_target is neither one of the choices nor the number of one, counted from 0")
            continue
        key = repr(sorted(item.items()))
        if key in seen:
            problems.add(number, f"the same as item {seen[key]}")
        seen.setdefault(key, number)
    problems.raise_any()
    return items


def _kind(value: Any) -> str:
    """Name what a field holds; the harness keeps items in columns of one kind each."""
    for kind, name in ((bool, "true or false"), (str, "text"), (int, "a whole number"), (float, "a number")):
        if isinstance(value, kind):
            return name
    if not isinstance(value, list) or not value:
        raise ValueError("a field holds something else than texts, numbers and lists of them")
    parts = {_kind(part) for part in value}
    if len(parts) > 1:
        raise ValueError(f"a list holds {' and '.join(sorted(parts))}; it may hold one of them")
    return f"a list of {parts.pop()}"


def _has_answer(task: dict[str, Any], item: dict[str, Any], filled: dict[str, str]) -> bool:
    """Tell whether the target is among the choices, both read as lm-eval reads them."""
    choices, target = task["doc_to_choice"], task["doc_to_target"]
    if isinstance(choices, str):
        choices = item[choices] if choices in item else filled["doc_to_choice"]
    if isinstance(choices, str):
        try:
            choices = ast.literal_eval(choices)
        except (ValueError, SyntaxError):
            return False
    if not isinstance(choices, list) or len(choices) < 2 or not all(isinstance(choice, str) for choice in choices):
        return False
    if isinstance(target, str):
        target = item[target] if target in item else filled["doc_to_target"]
    if isinstance(target, str) and target.isdigit():
        target = int(target)
    return 0 <= target < len(choices) if type(target) is int else target in choices


def _templates(task: dict[str, Any]) -> Iterator[tuple[str, str]]:
    fields = task["items"][0] if isinstance(task["items"][0], dict) else {}
    for name in TEMPLATES:
        # The bare name of a field stands for its value, as in lm-eval.
        if isinstance(text := task.get(name), str) and text not in fields:
            yield name, text


def _list_of_dicts(task: dict[str, Any], name: str) -> list[dict[str, Any]]:
    entries = task.get(name) or []
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise _refuse(f"{name} must be a list of entries with keys.")
    return entries


def _line(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f" in line {mark.line + 1}" if mark is not None else ""


def _refuse(message: str) -> RunnerError:
    return RunnerError(
        "benchmark_invalid",
        message,
        "Write an lm-eval task with its items under the key 'items', and nothing that loads code or other data.",
        field="content",
    )
