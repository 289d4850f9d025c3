"""What recipes are expected to measure, learned from the prior, other experiments and this one: Gaussian processes.

One process per objective, on the logarithm of the ratio to the baseline. It learns the prior's error in units of the
prior's own doubt, with a kernel that adds up the effects of each group of features (runtime, bits, cut …), their
interplay, and how far the prior is scaled wrongly. Outcomes of other experiments take part as related tasks (Bonilla
et al. 2007, Multi-task Gaussian process prediction): how related is chosen by the likelihood, so that a memory which
does not fit is not believed. CO2 is learned as its ratio to latency, since both come from the time of a token.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_solve, cholesky, solve_triangular

from pareto_runner.search.features import GROUPS
from pareto_runner.search.figures import OBJECTIVES, Array
from pareto_runner.search.pool import Pool
from pareto_runner.search.priors import clip
from pareto_runner.search.state import State

SHARES = {"offset": 0.15, "scale": 0.15, "effects": 0.35, "interplay": 0.35}
LENGTHS = (0.7, 1.4, 2.8)
NOISES = (0.05, 0.15, 0.4)
RELATIONS = (0.0, 0.6, 0.9, 0.98)
SIZE = OBJECTIVES.index("model_size_gb")
ENERGY_DOUBT = 0.15
MANY = 500
"""For more recipes than this distances are computed in single precision, which is enough to rank them."""
IMAGINED = 4.0
"""The prior's doubts are believed as much as so many observations."""
FAILURE_WEIGHT = 0.7


@dataclass(frozen=True)
class Prediction:
    """Logarithms of ratios, [recipes, 5]: mean and standard deviation; `success` is the chance of any figures at all.

    CO2's error is nearly that of latency; whoever needs both together treats them as one.
    """

    mean: Array
    sd: Array
    success: Array


class Surrogate:
    """Learned once per decision from a state; `predict` then answers for any recipes of the model."""

    def __init__(self, state: State) -> None:
        rows = np.flatnonzero(state.succeeded)
        self._state = state
        self._seen = state.tried.take(list(rows))
        targets = _targets(state.ratios[rows], self._seen)
        memory_targets = _targets(state.memory_ratios, state.memory)
        self._tasks = np.array([0] * len(rows) + _number(state.sources), dtype=int)
        # One similarity per experiment: were it to differ within one, the kernel would not be positive.
        each = np.concatenate([np.ones(len(rows)), np.clip(state.similarity, 0.0, 1.0)])
        similarity = np.array([each[self._tasks == task].mean() for task in self._tasks])
        self._kinship = np.sqrt(similarity[:, None] * similarity[None, :])
        self._similarity = similarity
        known = self._seen.joined(state.memory)
        self._known = known
        distances = _distances(known, known)
        spread = np.concatenate([state.spread[rows], state.memory_spread]) / 1.96
        self._noise = np.median(spread, axis=0) ** 2 if len(spread) else np.zeros(5)
        alike = {length: _alike(distances, length) for length in LENGTHS}
        values = np.concatenate([targets, memory_targets]) / _doubt(known)
        noise = (spread / _doubt(known)) ** 2
        # Sizes are counted for this model's widths, so another model's sizes would only mislead.
        self._used = [slice(len(rows)) if k == SIZE else slice(len(known)) for k in range(5)]
        self._processes = [
            _Process.fit(
                values[used, k],
                noise[used, k],
                {
                    length: _scaled(each[used, used], known.mean[used, k], known.mean[used, k])
                    for length, each in alike.items()
                },
                self._tasks[used],
                self._kinship[used, used],
            )
            for k, used in enumerate(self._used)
        ]

    def predict(self, pool: Pool) -> Prediction:
        """Predict recipes of the state's model."""
        mean, variance = np.empty((len(pool), 5)), np.empty((len(pool), 5))
        doubts = _doubt(pool)
        distances = _distances(pool, self._known)
        kinship = np.sqrt(self._similarity)[None, :]
        alike = {length: _alike(distances, length) for length in {process.length for process in self._processes}}
        for k, process in enumerate(self._processes):
            used = self._used[k]
            kernel = _scaled(alike[process.length][:, used], pool.mean[:, k], self._known.mean[used, k])
            own = _self_kernel(pool.mean[:, k])
            centre, spread = process.predict(kernel, own, self._tasks[used], kinship[:, used])
            mean[:, k], variance[:, k] = centre * doubts[:, k], spread * doubts[:, k] ** 2
        # What counts is what will be measured, so the noise of measuring belongs to it.
        variance += self._noise
        mean[:, :4] += pool.mean[:, :4]
        mean[:, 4] += mean[:, 1]
        variance[:, 4] += variance[:, 1]
        return Prediction(clip(mean), np.sqrt(variance), self._success(pool))

    def _success(self, pool: Pool) -> Array:
        """Return the chance of each recipe to come to figures at all, from how near ones ended."""
        failed = self._state.tried.take(list(np.flatnonzero(~self._state.succeeded)))
        if len(failed) == 0:
            return np.ones(len(pool))
        near_failed = nearness(pool, failed).sum(axis=1)
        near_seen = nearness(pool, self._seen).sum(axis=1) if len(self._seen) else np.zeros(len(pool))
        chance: Array = 1 - FAILURE_WEIGHT * near_failed / (near_failed + near_seen + 0.3)
        return chance


@dataclass(frozen=True)
class _Process:
    """One Gaussian process of unit prior variance, with the settings that its data made likeliest."""

    length: float
    relation: float
    scale: float
    noise: float
    factor: Array
    weights: Array

    @classmethod
    def fit(
        cls, values: Array, noise: Array, kernels: dict[float, Array], tasks: NDArray[np.int_], kinship: Array
    ) -> _Process:
        """Choose length scale, then noise, then relation between the tasks by the marginal likelihood."""
        same = tasks[:, None] == tasks[None, :]
        best = (1.4 if 1.4 in kernels else LENGTHS[0], 0.15, 0.9)
        tried: dict[tuple[float, float, float], tuple[float, _Process]] = {}

        def score(settings: tuple[float, float, float]) -> float:
            if settings not in tried:
                length, extra, relation = settings
                matrix = kernels[length] * np.where(same, 1.0, relation * kinship)
                matrix[np.diag_indices_from(matrix)] += noise + extra**2
                factor = cholesky(matrix, lower=True)
                weights = cho_solve((factor, True), values)
                scale = (IMAGINED + values @ weights) / (IMAGINED + len(values))
                likelihood = -0.5 * (IMAGINED + len(values)) * np.log(scale) - np.log(np.diag(factor)).sum()
                tried[settings] = (float(likelihood), cls(length, relation, float(scale), extra, factor, weights))
            return tried[settings][0]

        if len(values):
            best = max(((length, *best[1:]) for length in LENGTHS), key=score)
            best = max(((best[0], noise_, best[2]) for noise_ in NOISES), key=score)
            if len(set(tasks.tolist())) > 1:
                best = max(((*best[:2], relation) for relation in RELATIONS), key=score)
        score(best)
        return tried[best][1]

    def predict(self, kernel: Array, own: Array, tasks: NDArray[np.int_], kinship: Array) -> tuple[Array, Array]:
        """Return mean and variance for rows of a kernel [recipes, known] with the variances `own` [recipes]."""
        if kernel.shape[1] == 0:
            return np.zeros(len(kernel)), self.scale * (own + self.noise**2)
        related = kernel * np.where(tasks[None, :] == 0, 1.0, self.relation * kinship).astype(kernel.dtype)
        solved = solve_triangular(self.factor.astype(related.dtype), related.T, lower=True, check_finite=False)
        variance = np.maximum(own - np.einsum("ij,ij->j", solved, solved), 1e-6) + self.noise**2
        return related @ self.weights, self.scale * variance


def _targets(ratios: Array, pool: Pool) -> Array:
    """Return how far the logarithms of ratios lie from the prior, [recipes, 5]; CO2's from latency's."""
    logs = clip(np.log(ratios))
    targets: Array = logs - pool.mean
    targets[:, 4] = logs[:, 4] - logs[:, 1]
    return targets


def _doubt(pool: Pool) -> Array:
    doubt = pool.doubt.copy()
    doubt[:, 4] = ENERGY_DOUBT
    return doubt


def _number(sources: tuple[str, ...]) -> list[int]:
    """Number the other experiments from 1; 0 is this one."""
    numbers: dict[str, int] = {}
    return [numbers.setdefault(source, len(numbers) + 1) for source in sources]


def _distances(rows: Pool, columns: Pool) -> dict[str, Array]:
    """Return squared distances per group of features, [rows, columns]."""
    found = {}
    exact = np.float64 if len(rows) <= MANY else np.float32
    for group in GROUPS:
        a, b = rows.features[group].astype(exact), columns.features[group].astype(exact)
        squares = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1)[None, :] - 2 * a @ b.T
        found[group] = np.maximum(squares, 0.0)
    return found


def _alike(distances: dict[str, Array], length: float) -> Array:
    """Return what all objectives' kernels share, [rows, columns]: an offset, effects that add up, their interplay."""
    total = np.zeros_like(next(iter(distances.values())))
    effects = np.zeros_like(total)
    for squares in distances.values():
        total += squares
        effects += np.exp(squares * (-0.5 / length**2))
    reach = np.sqrt(total * (5 / (2 * length) ** 2))
    interplay = (1 + reach + reach**2 / 3) * np.exp(-reach)
    alike: Array = SHARES["offset"] + SHARES["effects"] / len(distances) * effects + SHARES["interplay"] * interplay
    return alike


def _scaled(alike: Array, row_prior: Array, column_prior: Array) -> Array:
    """Return one objective's kernel: what all share, and how far the prior is scaled wrongly."""
    scale = np.outer(np.tanh(row_prior), np.tanh(column_prior)).astype(alike.dtype)
    kernel: Array = alike + SHARES["scale"] * scale
    return kernel


def _self_kernel(prior: Array) -> Array:
    own: Array = 1 - SHARES["scale"] * (1 - np.tanh(prior) ** 2)
    return own


def nearness(rows: Pool, columns: Pool) -> Array:
    """Return how much alike recipes are, 0 to 1, [rows, columns]."""
    nearness: Array = np.exp(-0.5 * np.asarray(sum(_distances(rows, columns).values())))
    return nearness
