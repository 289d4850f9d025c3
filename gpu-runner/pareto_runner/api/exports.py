"""Exports that need a Python library: an Optuna storage."""

from __future__ import annotations

from fastapi import APIRouter, Response

from pareto_runner.artifacts.optuna_export import OptunaStudy, write_optuna_storage


def make_exports_router() -> APIRouter:
    """Make the router."""
    router = APIRouter(prefix="/exports", tags=["exports"])

    @router.post("/optuna", response_class=Response)
    def export_optuna(body: OptunaStudy) -> Response:
        """Return the study as an SQLite file that Optuna and optuna-dashboard open."""
        return Response(write_optuna_storage(body), media_type="application/vnd.sqlite3")

    return router
