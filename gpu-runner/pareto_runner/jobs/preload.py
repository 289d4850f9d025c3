"""Imported once by the fork server: everything that a job or a measurement imports slowly.

A library that is missing here is reported where it is used, by its method's availability.
"""

import contextlib
import importlib

import torch
import transformers
from transformers.models.llama import modeling_llama

import pareto_runner.jobs.child

HEAVY = ("llmcompressor.entrypoints.oneshot", "llmcompressor.modifiers.gptq", "auto_round", "bitsandbytes", "datasets")

for name in HEAVY:
    with contextlib.suppress(ImportError):
        importlib.import_module(name)

__all__ = ["modeling_llama", "pareto_runner", "torch", "transformers"]
