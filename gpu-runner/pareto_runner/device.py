"""What this machine is: device, GPUs, processors, memory, library versions."""

from __future__ import annotations

import importlib.metadata
import platform
from functools import lru_cache
from typing import Any

import psutil

from pareto_runner.schemas import GpuInfo, GpuReply

LIBRARIES = (
    "torch",
    "transformers",
    "safetensors",
    "llmcompressor",
    "compressed-tensors",
    "auto-round",
    "bitsandbytes",
    "torchao",
    "peft",
    "trl",
    "onnxruntime",
    "openvino",
    "llama-cpp-python",
    "vllm",
    "lm_eval",
    "codecarbon",
)


@lru_cache(maxsize=64)
def is_installed(library: str) -> bool:
    """Tell whether a package is here; asked thousands of times by a search, and the same until a restart."""
    try:
        importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def read_gpus() -> GpuReply:
    """List the CUDA devices through NVML, which takes no memory on them; no driver means none."""
    import pynvml

    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return GpuReply(available=False, gpus=[])
    try:
        gpus = [_read_gpu(pynvml, index) for index in range(pynvml.nvmlDeviceGetCount())]
    finally:
        pynvml.nvmlShutdown()
    return GpuReply(available=bool(gpus), gpus=gpus)


def _read_gpu(pynvml: Any, index: int) -> GpuInfo:
    handle = pynvml.nvmlDeviceGetHandleByIndex(index)
    memory = pynvml.nvmlDeviceGetMemoryInfo(handle)
    major, minor = pynvml.nvmlDeviceGetCudaComputeCapability(handle)
    return GpuInfo(
        index=index,
        name=str(pynvml.nvmlDeviceGetName(handle)),
        memory_total_gb=round(memory.total / 1e9, 3),
        memory_used_gb=round(memory.used / 1e9, 3),
        memory_utilization=round(memory.used / memory.total, 4),
        compute_capability=f"{major}.{minor}",
    )


@lru_cache(maxsize=1)
def find_device() -> str:
    """Return "cuda" or "cpu". Asks NVML and how torch was built, so that CUDA is not initialised here."""
    gpus = read_gpus()
    if not gpus.available:
        return "cpu"
    import torch

    return "cuda" if torch.version.cuda else "cpu"


@lru_cache(maxsize=1)
def describe_device() -> str:
    """Return the device's name, e.g. "NVIDIA H200" or "CPU x86_64, 8 cores"."""
    if find_device() == "cuda":
        return read_gpus().gpus[0].name
    return f"CPU {platform.machine()}, {physical_cores()} cores"


def physical_cores() -> int:
    """Return the number of physical cores; one thread per core is fastest for matrix products."""
    return psutil.cpu_count(logical=False) or psutil.cpu_count() or 1


@lru_cache(maxsize=1)
def library_versions() -> dict[str, str]:
    """Return the versions of the libraries that make and measure artifacts."""
    versions = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions
