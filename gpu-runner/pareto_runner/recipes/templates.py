"""Ready-made recipes; a template is one entry of the tuple."""

from __future__ import annotations

from pareto_runner.schemas import Condition, PlainStep, Recipe, RecipeStep, TemplateInfo

GROUP = 32
"""Divides the widths of nearly every model, the pocket model's too, also after channels were cut."""

TEMPLATES: tuple[TemplateInfo, ...] = (
    TemplateInfo(
        name="aggressive_compression",
        title="Aggressive compression",
        summary="Cuts a quarter of the feed-forward channels, then packs to 4 bits; to 8 bits instead where the cut "
        "has already doubled the perplexity.",
        recipe=Recipe(
            steps=[
                RecipeStep(method="structured", params={"ffn_ratio": 0.25}),
                RecipeStep(
                    method="gptq",
                    params={"bits": 4, "group_size": GROUP},
                    when=Condition(
                        figure="perplexity_ratio",
                        op="below",
                        value=2.0,
                        otherwise=[PlainStep(method="gptq", params={"bits": 8, "group_size": GROUP})],
                    ),
                ),
            ],
            runtime="onnxruntime",
        ),
    ),
    TemplateInfo(
        name="balanced_quality",
        title="Balanced quality",
        summary="4-bit weights whose rounding is learned on calibration text, run on packed kernels.",
        recipe=Recipe(
            steps=[RecipeStep(method="autoround", params={"bits": 4, "group_size": GROUP})], runtime="onnxruntime"
        ),
    ),
    TemplateInfo(
        name="quick_eval",
        title="Quick evaluation",
        summary="4-bit weights rounded to the nearest, without calibration, measured on a tenth of the items: a first "
        "look in the least time.",
        recipe=Recipe(steps=[RecipeStep(method="rtn", params={"bits": 4, "group_size": GROUP})], runtime="onnxruntime"),
        mode="proxy",
    ),
    TemplateInfo(
        name="accuracy_focus",
        title="Accuracy first",
        summary="8-bit weights corrected on calibration text: next to no loss, a fraction of the time and size.",
        recipe=Recipe(
            steps=[RecipeStep(method="gptq", params={"bits": 8, "group_size": GROUP})], runtime="onnxruntime"
        ),
    ),
)
