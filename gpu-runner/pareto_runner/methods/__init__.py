"""All compression methods, in one explicit tuple: a method is one file here and one line below."""

from __future__ import annotations

from pareto_runner.errors import RunnerError
from pareto_runner.methods.asvd import Asvd
from pareto_runner.methods.autoround import AutoRoundMethod
from pareto_runner.methods.autoscheme import AutoScheme
from pareto_runner.methods.awq import Awq
from pareto_runner.methods.base import Method
from pareto_runner.methods.depth import Depth
from pareto_runner.methods.distill import Distill
from pareto_runner.methods.fp8 import Fp8
from pareto_runner.methods.gptq import Gptq
from pareto_runner.methods.int8 import Int8
from pareto_runner.methods.lora import Lora
from pareto_runner.methods.magnitude import Magnitude
from pareto_runner.methods.mixed import Mixed
from pareto_runner.methods.mxfp4 import Mxfp4, Nvfp4
from pareto_runner.methods.nf4 import Nf4
from pareto_runner.methods.qlora import Qlora
from pareto_runner.methods.rtn import Rtn
from pareto_runner.methods.smoothquant import SmoothQuant
from pareto_runner.methods.sparsegpt import SparseGpt
from pareto_runner.methods.structured import Structured
from pareto_runner.methods.torchao import Torchao
from pareto_runner.methods.wanda import Wanda

METHODS: tuple[Method, ...] = (
    Rtn(),
    Gptq(),
    Awq(),
    AutoRoundMethod(),
    AutoScheme(),
    Mixed(),
    SmoothQuant(),
    Int8(),
    Nf4(),
    Torchao(),
    Fp8(),
    Mxfp4(),
    Nvfp4(),
    Magnitude(),
    Wanda(),
    SparseGpt(),
    Structured(),
    Depth(),
    Asvd(),
    Lora(),
    Qlora(),
    Distill(),
)


def find_method(name: str) -> Method:
    """Return the method of that name.

    Raises:
        RunnerError: `unknown_method`.
    """
    for method in METHODS:
        if method.name == name:
            return method
    raise RunnerError(
        "unknown_method",
        f"There is no method '{name}'.",
        f"Choose one of: {', '.join(method.name for method in METHODS)}.",
        field="method",
    )
