"""Training a low-rank adapter beside frozen weights, by trl's SFTTrainer and peft."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pareto_runner.methods.layout import named_linears
from pareto_runner.models.adapter import ADAPTER_FOLDER, ADAPTER_LABEL, save_adapter
from pareto_runner.training.loop import WARM_UP, Curve, Progress, default_rate

if TYPE_CHECKING:
    from pareto_runner.methods.base import Work
    from pareto_runner.training.text import TrainingText

Targets = Literal["attention", "mlp", "all"]
RATE_OVER_FULL = 5
"""An adapter learns best at about this many times the rate of full training."""
CHECKPOINT_ABOVE = 300_000_000
"""From so many parameters on, activations are computed again instead of kept: more time, a fraction of the memory."""


def find_targets(model: Any, targets: Targets) -> list[str]:
    """Return the names of the linear layers in the blocks that get an adapter.

    Every family's attention lies under a module named like "attn" or "attention"; the rest of a block is its
    feed-forward part. The head never gets one, because trl computes the loss from its bare weights.
    """
    names = list(named_linears(model))
    if targets == "all":
        return names
    return [name for name in names if ("attn" in name or "attention" in name) == (targets == "attention")]


def train_adapter(
    work: Work,
    model: Any,
    text: TrainingText,
    *,
    rank: int,
    alpha: int,
    targets: Targets,
    steps: int,
    rate: float,
    start: float,
) -> tuple[Any, Curve]:
    """Train an adapter of `model` in place; return the PeftModel around it, and the losses.

    A `rate` of 0 is chosen by the model's width. The adapter ends in the type that the model computes in.

    Raises:
        RunnerError: `training_diverged`.
    """
    import torch
    from datasets import Dataset
    from peft import LoraConfig
    from transformers.trainer_callback import PrinterCallback
    from trl.trainer.sft_config import SFTConfig
    from trl.trainer.sft_trainer import SFTTrainer

    rows = work.shrunk(text.batch_rows)
    on_cpu = work.context.device == "cpu"
    curve, listener = _listen(Progress(work.report, "adapter", steps, start), steps)
    config = SFTConfig(
        output_dir=str(work.context.work_dir / "trainer"),
        max_steps=steps,
        per_device_train_batch_size=rows,
        gradient_accumulation_steps=-(-text.batch_rows // rows),
        learning_rate=rate or RATE_OVER_FULL * default_rate(model.config.hidden_size),
        lr_scheduler_type="cosine",
        warmup_steps=max(1, int(steps * WARM_UP)),
        logging_steps=1,
        save_strategy="no",
        report_to=[],
        use_cpu=on_cpu,
        bf16=on_cpu or torch.cuda.is_bf16_supported(),
        gradient_checkpointing=work.facts.parameters > CHECKPOINT_ABOVE,
        dataset_kwargs={"skip_prepare_dataset": True},
        max_length=None,
        seed=work.seed,
        data_seed=work.seed,
        dataloader_pin_memory=not on_cpu,
        logging_nan_inf_filter=False,
        disable_tqdm=True,
        log_level="error",
    )
    config._n_gpu = min(config.n_gpu, 1)  # The model is on one device; where more are visible the trainer refuses.
    torch.manual_seed(work.seed)  # The adapter's first weights are drawn before the trainer seeds.
    trainer = SFTTrainer(
        model=model,
        args=config,
        train_dataset=Dataset.from_dict({"input_ids": text.rows, "labels": text.rows}),
        processing_class=work.tokenizer,
        peft_config=LoraConfig(
            r=rank,
            lora_alpha=alpha,
            target_modules=find_targets(model, targets),
            lora_dropout=0.0,
            task_type="CAUSAL_LM",
        ),
        callbacks=[listener],
    )
    trainer.remove_callback(PrinterCallback)
    trainer.train()
    peft_model: Any = trainer.model
    base = peft_model.get_base_model()
    # The trainer has put a forward of its own over the class's one.
    vars(base).pop("forward", None)
    base.model_tags = None
    for parameter in peft_model.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.to(base.dtype)
            parameter.grad = None
            parameter.requires_grad_(False)
    peft_model.eval()
    return peft_model, Curve(steps * text.batch_rows * text.row_tokens, curve)


def keep_adapter(work: Work, peft_model: Any, base_folder: Path | None) -> None:
    """End the recipe with the base's weights and the adapter beside each other.

    `base_folder` holds the base's files where it is packed; None writes the base as it is in memory.
    """
    parameters = sum(parameter.numel() for name, parameter in peft_model.named_parameters() if "lora_" in name)
    base = peft_model.get_base_model()
    base_parameters = base.num_parameters() - parameters

    def save(folder: Path) -> None:
        save_adapter(peft_model, folder / ADAPTER_FOLDER)
        if base_folder is None:
            peft_model.unload().save_pretrained(folder, safe_serialization=True)
        else:
            shutil.copytree(base_folder, folder, dirs_exist_ok=True)

    work.replace(base)
    work.pack("peft-adapter", save, [ADAPTER_LABEL])
    work.parameters = base_parameters + parameters


def _listen(progress: Progress, steps: int) -> tuple[list[float], Any]:
    """Return the list that will hold every step's loss, and the trainer's callback that fills it."""
    from transformers import TrainerCallback

    losses: list[float] = []

    class Listener(TrainerCallback):
        """Takes each step's loss; a loss that is no number ends the training at once."""

        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **kwargs: Any) -> None:
            """Take one step's figures."""
            if logs and "loss" in logs and len(losses) < steps:
                losses.append(float(logs["loss"]))
                progress.step(len(losses), losses[-1])

    return losses, Listener()
