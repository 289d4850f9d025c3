"""Writes docs/methods.md from the runner's registries: `gpu-runner/.venv/bin/python scripts/methods_doc.py [--check]`.

What is written depends on the code alone, not on the machine: what can run here is asked of `GET /methods`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "gpu-runner"))

from pareto_runner.methods import METHODS  # noqa: E402
from pareto_runner.methods.base import Method  # noqa: E402
from pareto_runner.recipes.templates import TEMPLATES  # noqa: E402
from pareto_runner.runtimes import RUNTIMES  # noqa: E402

TARGET = ROOT / "docs" / "methods.md"
HEAD = """# Methods, runtimes and templates

Written by `scripts/methods_doc.py` from the runner's registries; do not edit by hand. Which model families each method
was run on is in [families.md](families.md); what can run on a machine, and the command that enables the rest, is
answered by `GET /methods` and `GET /runtimes` of its runner.
"""


def render() -> str:
    """Return the whole page."""
    parts = [HEAD, "## Methods\n"]
    parts += [
        "| method | action | packs | calibration | what it really saves |\n|---|---|---|---|---|\n"
        + "".join(
            f"| [{m.title}](#{m.name}) | {m.action} | {_yes(m.final)} | {_yes(m.needs_calibration)} "
            f"| {_cell(m.saves)} |\n"
            for m in METHODS
        )
    ]
    parts += [_method(method) for method in METHODS]
    parts.append("## Runtimes\n")
    parts.append(
        "| runtime | takes | devices | what it is | source |\n|---|---|---|---|---|\n"
        + "".join(
            f"| `{r.name}` {r.title} | {', '.join(r.formats)} | {', '.join(r.devices)} | {_cell(r.summary)} "
            f"| {_cell(r.source)} |\n"
            for r in RUNTIMES
        )
    )
    parts.append("## Templates\n")
    for template in TEMPLATES:
        steps = []
        for step in template.recipe.steps:
            text = f"`{step.method}` {_params(step.params)}".strip()
            if step.when is not None:
                other = step.when.otherwise
                instead = (
                    other
                    if isinstance(other, str)
                    else "instead " + ", ".join(f"`{o.method}` {_params(o.params)}" for o in other)
                )
                text += f" if {step.when.figure} is {step.when.op} {step.when.value:g}, else {instead}"
            steps.append(text)
        mode = "a tenth of the items" if template.mode == "proxy" else "all items"
        parts.append(
            f"- **{template.title}** (`{template.name}`): {template.summary} Steps: {' → '.join(steps)}; "
            f"runtime `{template.recipe.runtime}`; measured on {mode}.\n"
        )
    return "\n".join(parts)


def _method(method: Method) -> str:
    rows = "".join(_parameter(name, schema) for name, schema in _properties(method).items())
    table = f"\n| parameter | values | default | meaning |\n|---|---|---|---|\n{rows}" if rows else "\nNo parameters.\n"
    needs = [f"the library `{method.library}`"] if method.library else []
    needs += ["calibration text"] if method.needs_calibration else []
    return (
        f'### <a id="{method.name}"></a>{method.title} (`{method.name}`)\n\n{method.summary}\n\n'
        f"- Source: {method.source}\n- Saves: {method.saves}\n- Needs: {', '.join(needs) or 'nothing beyond torch'}\n"
        f"- Runs in: {', '.join(method.runtimes)}\n- Families: {', '.join(method.families) or 'all'}\n{table}"
    )


def _properties(method: Method) -> dict[str, dict[str, Any]]:
    return method.params_type.model_json_schema().get("properties", {})


def _parameter(name: str, schema: dict[str, Any]) -> str:
    options = [schema, *schema.get("anyOf", [])]
    values = ""
    for option in options:
        if "enum" in option or "const" in option:
            values = ", ".join(map(str, option.get("enum", [option.get("const")])))
        elif "minimum" in option or "exclusiveMinimum" in option:
            low = option.get("minimum", option.get("exclusiveMinimum"))
            values = f"{low} to {option.get('maximum', option.get('exclusiveMaximum', '…'))}"
        values = values or option.get("type", "")
    default = schema.get("default", "required")
    return f"| `{name}` | {values} | {_shown(default)} | {_cell(schema.get('description', ''))} |\n"


def _shown(default: Any) -> str:
    """Return a default as JSON writes it, so that an empty text is seen."""
    return "required" if default == "required" else json.dumps(default)


def _params(params: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in params.items())


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def main(arguments: list[str]) -> int:
    """Write the page, or with --check say whether it is current."""
    text = render()
    if "--check" in arguments:
        if TARGET.is_file() and TARGET.read_text(encoding="utf-8") == text:
            return 0
        print("docs/methods.md is not up to date: run npm run docs:methods", file=sys.stderr)
        return 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
