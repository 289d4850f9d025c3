"""The search: strategies, and the ranking of what may come next."""

from __future__ import annotations

from fastapi import APIRouter

from pareto_runner.models.hub import HubAccess
from pareto_runner.search.answer import answer
from pareto_runner.search.schemas import SearchReply, SearchRequest, StrategyInfo
from pareto_runner.search.strategies import STRATEGIES


def make_search_router(hub: HubAccess) -> APIRouter:
    """Make the router."""
    router = APIRouter(tags=["search"])

    @router.get("/strategies")
    def get_strategies() -> list[StrategyInfo]:
        """List the ways to search; the first is the default."""
        return [strategy.info() for strategy in STRATEGIES]

    @router.post("/search")
    def search(body: SearchRequest) -> SearchReply:
        """Rank the legal recipes for a model by what they should add; history in, candidates out, nothing is kept."""
        return answer(body, hub.inspect(body.model))

    return router
