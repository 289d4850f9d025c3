"""Intervals. All are 95 % and two-sided; every figure says in words which one it carries."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Estimate:
    """A value with a 95 % interval and the number of independent observations behind it."""

    value: float
    low: float
    high: float
    n: int


@lru_cache(maxsize=64)
def student_t_95(degrees: int) -> float:
    """Return the 97.5 % quantile of Student's t with `degrees` of freedom."""
    from scipy.stats import t

    return float(t.ppf(0.975, degrees))


def mean(values: Sequence[float]) -> float:
    """Return the arithmetic mean of at least one value."""
    return math.fsum(values) / len(values)


def sample_sd(values: Sequence[float]) -> float:
    """Return the standard deviation with n - 1; 0 for a single value."""
    if len(values) < 2:
        return 0.0
    centre = mean(values)
    return math.sqrt(math.fsum((v - centre) ** 2 for v in values) / (len(values) - 1))


def median(values: Sequence[float]) -> float:
    """Return the median of at least one value."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def percentile(values: Sequence[float], q: float) -> float:
    """Return the `q` quantile (0 to 1) by linear interpolation."""
    ordered = sorted(values)
    position = q * (len(ordered) - 1)
    below = math.floor(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])


def proportion_interval(scores: Sequence[float]) -> Estimate:
    """Return the mean score of the items with Wilson's interval, or Student's where scores are not 0 or 1.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
    """
    n = len(scores)
    p = mean(scores)
    if any(score not in (0.0, 1.0) for score in scores):
        half = student_t_95(n - 1) * sample_sd(scores) / math.sqrt(n) if n > 1 else max(p, 1 - p)
        return Estimate(p, max(0.0, p - half), min(1.0, p + half), n)
    z2 = Z_95 * Z_95
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z_95 * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return Estimate(p, min(p, max(0.0, centre - half)), max(p, min(1.0, centre + half)), n)


def mean_of_strata(strata: Sequence[Estimate]) -> Estimate:
    """Return the unweighted mean over benchmarks, each a stratum of its own independent items.

    The limits combine the strata's own limits (MOVER), so that a benchmark at 0 or 1 still adds its uncertainty,
    which the plain stratified variance would put at nothing.
    Source: G. Y. Zou and A. Donner, "Construction of confidence limits about effect measures", 2008.
    """
    count = len(strata)
    value = mean([s.value for s in strata])
    below = math.sqrt(math.fsum((s.value - s.low) ** 2 for s in strata)) / count
    above = math.sqrt(math.fsum((s.high - s.value) ** 2 for s in strata)) / count
    return Estimate(value, value - below, value + above, sum(s.n for s in strata))


def paired_interval(differences: Sequence[float]) -> Estimate:
    """Return the mean of paired differences of scores (each -1 to 1) with an interval that holds for few items too.

    One more item that was won and one that was lost are added, so that no difference among a few items is not taken
    for no difference at all. For scores of 0 and 1 that is the adjusted Wald interval of Bonett and Price for paired
    proportions, which counts the same discordant pairs as McNemar's test; other scores take Student's quantile.
    Source: D. G. Bonett and R. M. Price, "Adjusted Wald confidence interval for a difference of binomial
    proportions based on paired data", 2012.
    """
    n = len(differences)
    value = mean(differences)
    centre = math.fsum(differences) / (n + 2)
    variance = (math.fsum(d * d for d in differences) + 2) / (n + 2) - centre * centre
    graded = any(d not in (-1.0, 0.0, 1.0) for d in differences)
    half = (student_t_95(max(1, n - 1)) if graded else Z_95) * math.sqrt(variance / (n + 2))
    return Estimate(value, max(-1.0, min(value, centre - half)), min(1.0, max(value, centre + half)), n)


def guarded_variance(differences: Sequence[float], weight: float = 1.0) -> float:
    """Return the variance of paired differences of scores, with `weight` times one more won and one more lost item.

    The same guard as `paired_interval`'s: a few equal answers are no certainty. Several strata share one guard.
    """
    centre = mean(differences)
    squares = math.fsum((d - centre) ** 2 for d in differences)
    return (squares + 2 * weight) / (len(differences) - 1 + 2 * weight)


def paired_strata_interval(strata: Sequence[Sequence[float]]) -> Estimate:
    """Return the unweighted mean over benchmarks of paired differences, each a stratum of its own items.

    One guard is shared by all, as one in each would make the interval of many small strata twice as wide as it is.
    """
    weight = 1 / len(strata)
    value = mean([mean(differences) for differences in strata])
    variance = math.fsum(weight**2 * guarded_variance(d, weight) / len(d) for d in strata)
    count = sum(len(differences) for differences in strata)
    half = student_t_95(max(1, count - len(strata))) * math.sqrt(variance)
    return Estimate(value, max(-1.0, value - half), min(1.0, value + half), count)


def repeats_interval(values: Sequence[float]) -> Estimate:
    """Return the median of independent repeats with Student's interval about it, from their standard deviation.

    Positive values are taken by their logarithm: times and energies vary by factors, and no limit falls below zero.
    """
    n = len(values)
    centre = median(values)
    if n < 2:
        return Estimate(centre, centre, centre, n)
    width = student_t_95(n - 1) / math.sqrt(n)
    if min(values) > 0:
        factor = math.exp(width * sample_sd([math.log(v) for v in values]))
        return Estimate(centre, centre / factor, centre * factor, n)
    half = width * sample_sd(values)
    return Estimate(centre, centre - half, centre + half, n)


def widen(estimate: Estimate, share: float) -> Estimate:
    """Return the estimate with both limits moved out by a factor of 1 + `share`, for an error that repeats hide."""
    return Estimate(estimate.value, estimate.low / (1 + share), estimate.high * (1 + share), estimate.n)


def ratio_interval(totals: Sequence[float], counts: Sequence[float]) -> Estimate:
    """Return sum(totals) / sum(counts) with the delta-method interval, each pair being one independent cluster.

    Used for the mean loss per token with documents as clusters, since tokens of one document are not independent.
    """
    n = len(totals)
    weight = math.fsum(counts)
    ratio = math.fsum(totals) / weight
    if n < 2:
        return Estimate(ratio, ratio, ratio, n)
    residual = math.fsum((t - ratio * c) ** 2 for t, c in zip(totals, counts, strict=True))
    half = student_t_95(n - 1) * math.sqrt(n / (n - 1) * residual) / weight
    return Estimate(ratio, ratio - half, ratio + half, n)
