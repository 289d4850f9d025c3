"""Which search finds the best trade-offs with the fewest evaluations: ours and its peers, replayed on a measured table.

Every strategy chooses among the table's recipes (../bench/data), sees nothing of one before it has chosen it, and
starts from the same default picks, which count as evaluations. What is compared is the normalised hypervolume of the
lab, as a share of what all recipes of the table reach together. With memory, ours is also told the other models' lines
(leave one model out). The language models are the worst ones: one proposes by chance, the other knows the whole table
and proposes, of what our search thinks best, what truly adds least.

    npm run bench:search
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

REPO = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPO / "gpu-runner"), str(REPO / "scripts" / "bench")]
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np  # noqa: E402
from table import FILE, OBJECTIVES, Line, read_table  # noqa: E402

MARKS = (10, 20, 50, 100)
SIMILARITY = 0.8
"""What the skill memory gives for a model of the same family, hardware, benchmarks and goal, of another size."""
MOST_REMEMBERED = 300
PROPOSED = 3
SLOW = {"gp": (2, 20)}
"""At most so many seeds and evaluations: Optuna's GPSampler takes seconds per suggestion for five objectives."""
PEERS = ("random", "tpe", "nsga2", "nsga3", "gp", "sms-emoa")
OURS = ("ours", "ours + memory", "ours + random model", "ours + adversary")
TITLES = {
    "random": "random",
    "tpe": "Optuna TPE",
    "nsga2": "Optuna NSGA-II",
    "nsga3": "Optuna NSGA-III",
    "gp": "Optuna GPSampler",
    "sms-emoa": "pymoo SMS-EMOA",
    "ours": "ours",
    "ours + memory": "ours with memory",
    "ours + random model": "ours, a random model proposes",
    "ours + adversary": "ours, an adversary proposes",
}


@dataclass(frozen=True)
class World:
    """One model's recipes and what was measured of them; strategies are handed single rows of it, never all."""

    model: str
    lines: list[Line]
    baseline: Line
    pool: Any
    ratios: np.ndarray
    picks: list[int]
    best: float

    def values(self, index: int) -> list[float]:
        """Return the ratios to the baseline, as a peer is told them."""
        from peers import FAILED

        return [float(x) for x in self.ratios[index]] if np.isfinite(self.ratios[index]).all() else FAILED


@lru_cache(maxsize=4)
def load_worlds(file: Path) -> dict[str, World]:
    """Return a world for each model of the table."""
    from pareto_runner.schemas import Recipe
    from pareto_runner.search.figures import hypervolume
    from pareto_runner.search.picks import default_picks
    from pareto_runner.search.pool import make_pool

    worlds = {}
    table = read_table(file)
    for model in table.models:
        lines = table.of(model)
        baseline = next(line for line in lines if line.is_baseline)
        others = [line for line in lines if not line.is_baseline]
        pool = make_pool(facts_of(model), [Recipe.model_validate(line.recipe) for line in others])
        base = np.array(baseline.values)
        ratios = np.array([line.values / base if line.figures else np.full(5, np.nan) for line in others])
        picks = [index for index, _ in default_picks(pool)]
        worlds[model] = World(model, others, baseline, pool, ratios, picks, hypervolume(reached(ratios)))
    return worlds


def facts_of(model: str) -> Any:
    """Return what is read from a model's files; of one that is not here, from an untrained one of its shape."""
    from pareto_runner.models.inspect import inspect_model

    if model == "pocket":
        return inspect_model(model)
    folder = REPO / "data" / "bench" / model / "model"
    if (folder / "config.json").is_file():
        return inspect_model(str(folder))
    folder = REPO / "data" / "bench" / "shapes" / model
    if not (folder / "config.json").is_file():
        from pocket.train import build_model

        hidden, layers = model.removeprefix("pocket-").split("x")
        build_model(0, int(hidden), int(layers)).bfloat16().save_pretrained(folder)
    return inspect_model(str(folder))


def reached(ratios: np.ndarray) -> np.ndarray:
    """Return the rows of recipes that were measured."""
    return ratios[np.isfinite(ratios).all(axis=1)]


# ---------------------------------------------------------------- strategies


def run(name: str, model: str, seed: int, file: Path) -> list[float]:
    """Return the share of the table's hypervolume after MARKS evaluations, and the seconds per decision."""
    from pareto_runner.search.figures import hypervolume

    world = load_worlds(file)[model]
    choose = make_chooser(name, world, seed, file)
    tried = list(world.picks)
    start = time.perf_counter()
    last = min(SLOW.get(name, (0, max(MARKS)))[1], len(world.lines))
    while len(tried) < last:
        tried.append(choose(tried))
    seconds = (time.perf_counter() - start) / max(1, len(tried) - len(world.picks))
    shares = [hypervolume(reached(world.ratios[tried[:mark]])) / world.best for mark in MARKS]
    return [share if mark <= last else np.nan for mark, share in zip(MARKS, shares, strict=True)] + [seconds]


def make_chooser(name: str, world: World, seed: int, file: Path) -> Callable[[list[int]], int]:
    """Return a function of what was tried, in order, that names the next recipe."""
    if name in OURS:
        return ours(name, world, seed, file)
    if name == "random":
        chance = np.random.default_rng(seed)
        return lambda tried: int(chance.choice(untried(world, tried)))
    from peers import make_space, optuna_peer, sms_emoa

    space = make_space([line.recipe for line in world.lines])
    start = [(space.rows[index], world.values(index)) for index in world.picks]
    peer = sms_emoa(space, seed, start) if name == "sms-emoa" else optuna_peer(name, space, seed, start)
    wishes = [next(peer)]

    def choose(tried: list[int]) -> int:
        index = space.nearest(wishes.pop(), untried(world, tried))
        wishes.append(peer.send((space.rows[index], world.values(index))))
        return index

    return choose


def untried(world: World, tried: Sequence[int]) -> list[int]:
    """Return the recipes that were not tried, in the table's order."""
    return [index for index in range(len(world.lines)) if index not in set(tried)]


def ours(name: str, world: World, seed: int, file: Path) -> Callable[[list[int]], int]:
    """Return the product's own search, `propose` with the strategy `hybrid`."""
    from pareto_runner.search.propose import propose
    from pareto_runner.search.schemas import Figures
    from pareto_runner.search.state import make_state
    from pareto_runner.search.strategies import find_strategy

    chance = np.random.default_rng(seed)
    strategy = find_strategy("hybrid")
    places = {key: index for index, key in enumerate(world.pool.keys)}
    baseline = Figures(**dict(zip(OBJECTIVES, world.baseline.values, strict=True)))
    memory = remember(world, file, seed) if name == "ours + memory" else []

    def choose(tried: list[int]) -> int:
        history = [observe(world.lines[index], world.pool.recipes[index]) for index in tried]
        state = make_state(world.pool, history, baseline, memory=memory, seed=seed)
        proposals = []
        if name == "ours + random model":
            drawn = chance.choice(untried(world, tried), PROPOSED)
            proposals = [world.pool.recipes[index] for index in drawn]
        elif name == "ours + adversary":
            hopeful = [
                places[state.pool.keys[state.pool.recipes.index(candidate.recipe)]]
                for candidate in propose(state, strategy, 20).candidates
            ]
            hopeful.sort(key=lambda index: added(world, tried, index))
            proposals = [world.pool.recipes[index] for index in hopeful[:PROPOSED]]
        best = propose(state, strategy, 1, proposals).candidates[0].recipe
        return places[state.pool.keys[state.pool.recipes.index(best)]]

    return choose


def added(world: World, tried: list[int], index: int) -> float:
    """Return what a recipe truly adds to the hypervolume, which only the adversary may know."""
    from pareto_runner.search.figures import hypervolume

    return hypervolume(reached(world.ratios[[*tried, index]]))


def observe(line: Line, recipe: Any) -> Any:
    """Return a line as the search is told it."""
    from pareto_runner.search.schemas import Figures, Observation

    if line.figures is None:
        return Observation(recipe=recipe, error=line.error)
    figures = Figures(**{name: line.figures[name][0] for name in OBJECTIVES})
    spread = Figures(**{name: (line.figures[name][2] - line.figures[name][1]) / 2 for name in OBJECTIVES})
    return Observation(recipe=recipe, figures=figures, spread=spread)


def remember(world: World, file: Path, seed: int) -> list[Any]:
    """Return lines of the other models as experiences, at most as many as the skill memory gives, drawn by seed."""
    from pareto_runner.search.schemas import Experience, Figures

    found = []
    for other in load_worlds(file).values():
        if other.model == world.model:
            continue
        for index in np.flatnonzero(np.isfinite(other.ratios).all(axis=1)):
            line, recipe = other.lines[index], other.pool.recipes[index]
            assert line.figures is not None  # noqa: S101 - only lines with figures are asked for
            base = dict(zip(OBJECTIVES, other.baseline.values, strict=True))
            half = {name: (line.figures[name][2] - line.figures[name][1]) / 2 / base[name] for name in OBJECTIVES}
            ratios = dict(zip(OBJECTIVES, other.ratios[index], strict=True))
            found.append(
                Experience(
                    recipe=recipe,
                    ratios=Figures(**ratios),
                    spread=Figures(**half),
                    similarity=SIMILARITY,
                    source=other.model,
                )
            )
    order = np.random.default_rng(seed).permutation(len(found))[:MOST_REMEMBERED]
    return [found[index] for index in order]


# ---------------------------------------------------------------- the report


def report(results: dict[tuple[str, str], np.ndarray], names: Sequence[str], worlds: dict[str, World]) -> None:
    """Print one row per strategy; `results` are [seeds, marks + seconds] by strategy and model."""
    for world in worlds.values():
        failed = int((~np.isfinite(world.ratios).all(axis=1)).sum())
        print(
            f"{world.model}: {len(world.lines)} recipes, {failed} of them failed; {len(world.picks)} default picks; "
            f"hypervolume of all {world.best:.4f}"
        )
    mean = {name: np.mean([results[name, model].mean(axis=0) for model in worlds], axis=0) for name in names}
    worst = {name: np.mean([results[name, model].min(axis=0) for model in worlds], axis=0) for name in names}
    peers = [name for name in names if name in PEERS]
    print("\nShare of the table's hypervolume after so many evaluations: mean (worst seed), averaged over the models")
    print(f"{'':32s}" + "".join(f"{mark:>18d}" for mark in MARKS) + f"{'ms per decision':>18s}")
    for name in names:
        seeds = len(results[name, next(iter(worlds))])
        title = f"{TITLES[name]}, {seeds} seeds only" if name in SLOW else TITLES[name]
        cells = "".join(show(mean[name][k], worst[name][k]) for k in range(len(MARKS)))
        print(f"{title:32s}{cells}{1000 * mean[name][-1]:18.0f}")
    best = np.nanmax([mean[name][: len(MARKS)] for name in peers], axis=0) if peers else np.ones(len(MARKS))
    print(f"{'best peer':32s}" + "".join(f"{share:10.2%}        " for share in best))
    print("\nRatios to the best peer: mean at 10 to its 50, at 20 to its 100, worst at 20 to its 20, least of all four")
    for name in (each for each in names if each in OURS):
        ten, twenty = mean[name][0] / best[2], mean[name][1] / best[3]
        low = min(mean[name][: len(MARKS)] / best)
        print(f"{TITLES[name]:32s}{ten:10.4f}{twenty:10.4f}{worst[name][1] / best[1]:10.4f}{low:10.4f}")


def show(mean: float, worst: float) -> str:
    """Return one cell."""
    return (f"{mean:.2%} ({worst:.1%})" if np.isfinite(mean) else "not run").rjust(18)


def time_decision() -> None:
    """Print how long the product's search takes with 1,000 past outcomes in memory and 100 in the experiment."""
    from pareto_runner.models.inspect import inspect_model
    from pareto_runner.search.answer import answer
    from pareto_runner.search.schemas import SearchRequest

    world = next(iter(load_worlds(FILE).values()))
    history = [observe(line, recipe) for line, recipe in zip(world.lines, world.pool.recipes, strict=True)][:100]
    memory = [one.model_copy(update={"source": str(n)}) for n in range(10) for one in remember(world, FILE, n)][:1000]
    baseline = dict(zip(OBJECTIVES, world.baseline.values, strict=True))
    request = SearchRequest.model_validate(
        {"model": "pocket", "history": history, "memory": memory, "baseline": baseline, "count": 8}
    )
    facts = inspect_model("pocket")
    answer(request, facts)
    seconds = sorted(answer(request, facts).seconds for _ in range(9))
    print(
        f"\nA decision over the product's whole pool, {len(memory)} past outcomes in memory and {len(history)} tried: "
        f"{1000 * seconds[4]:.0f} ms median, {1000 * seconds[-1]:.0f} ms most of 9"
    )


def main() -> None:
    """Replay all strategies and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--table", type=Path, default=FILE, help="the exported table, or a table.jsonl that grows")
    parser.add_argument("--only", nargs="*", default=[*PEERS, *OURS], choices=[*PEERS, *OURS])
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    options = parser.parse_args()
    worlds = load_worlds(options.table)
    tasks = [
        (name, model, seed)
        for name in sorted(options.only, key=lambda name: name not in SLOW)
        for seed in range(min(options.seeds, SLOW.get(name, (options.seeds, 0))[0]))
        for model in worlds
    ]
    with ProcessPoolExecutor(options.processes) as executor:
        rows = list(executor.map(run, *zip(*tasks, strict=True), [options.table] * len(tasks), chunksize=1))
    results = {
        (name, model): np.array([row for task, row in zip(tasks, rows, strict=True) if task[:2] == (name, model)])
        for name in options.only
        for model in worlds
    }
    report(results, options.only, worlds)
    if options.table == FILE:
        time_decision()


if __name__ == "__main__":
    main()
