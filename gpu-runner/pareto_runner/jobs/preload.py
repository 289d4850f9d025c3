"""Imported once by the fork server: everything that a job or a measurement imports slowly.

A library that fails here must not take the fork server down: it fails again, visibly, where it is used.
"""

import contextlib
import gc
import importlib

import torch
import transformers
from transformers.models.llama import modeling_llama

import pareto_runner.jobs.child
from pareto_runner.device import find_device

HEAVY = (
    "llmcompressor.entrypoints.oneshot",
    "llmcompressor.modifiers.gptq",
    "auto_round",
    "bitsandbytes",
    "datasets",
    "torchao",
    "peft",
    "trl",
    "onnx",
    "onnxruntime",
)

# While they are imported, some of them ask CUDA what the GPU can do. That starts CUDA in this process, and a process
# forked afterwards could not use the GPU: there each job imports them itself, in seconds.
for name in HEAVY if find_device() == "cpu" else ("datasets",):
    with contextlib.suppress(Exception):
        importlib.import_module(name)

__all__ = ["modeling_llama", "pareto_runner", "torch", "transformers"]

# What is loaded here never becomes garbage. Frozen, it is not walked by every collection of every child (half a
# second each, 16 times in one AutoRound run) and its pages stay shared.
gc.collect()
gc.freeze()
