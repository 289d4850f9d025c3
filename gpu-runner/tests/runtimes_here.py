"""Marks of tests that need a runtime which is not there on every machine."""

from __future__ import annotations

import pytest

from pareto_runner.runtimes.onnxruntime import OnnxRuntime

needs_onnxruntime = pytest.mark.skipif(
    not OnnxRuntime().availability().available, reason="ONNX Runtime's pinned version has left Python 3.10"
)
