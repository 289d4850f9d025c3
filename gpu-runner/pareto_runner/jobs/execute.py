"""What a job of each kind runs, in its child process."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from pareto_runner.jobs.context import JobContext
from pareto_runner.schemas import CompressJob, EvaluateJob, ExportJob, GenerateJob, JobBody, Wire

_BODY: TypeAdapter[Any] = TypeAdapter(JobBody)


def execute(body: dict[str, Any], context: JobContext) -> Wire:
    """Run a job's body (its wire form) and return the result.

    Raises:
        RunnerError: whatever the job's kind raises.
    """
    job = _BODY.validate_python(body)
    if isinstance(job, CompressJob):
        from pareto_runner.compress import compress

        return compress(job.params, context)
    if isinstance(job, EvaluateJob):
        from pareto_runner.measure.evaluate import evaluate

        return evaluate(job.params, context)
    if isinstance(job, ExportJob):
        from pareto_runner.artifacts.export import export

        return export(job.params, context)
    if isinstance(job, GenerateJob):
        from pareto_runner.artifacts.answer import answer

        return answer(job.params, context)
    from pareto_runner.artifacts.bundle import reproduce

    return reproduce(job.params, context)
