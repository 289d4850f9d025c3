import math
import random

import pytest

from pareto_runner.measure.stats import (
    Estimate,
    mean_of_strata,
    median,
    paired_interval,
    paired_strata_interval,
    percentile,
    proportion_interval,
    ratio_interval,
    repeats_interval,
    student_t_95,
)


def test_wilson_matches_published_values() -> None:
    # Newcombe 1998, table I: 81 of 263 gives 0.2553 to 0.3662; 0 of 20 gives 0 to 0.1611.
    some = proportion_interval([1.0] * 81 + [0.0] * 182)
    assert (round(some.low, 4), round(some.high, 4)) == (0.2553, 0.3662)
    none = proportion_interval([0.0] * 20)
    assert (none.low, round(none.high, 4)) == (0.0, 0.1611)


def test_graded_scores_use_student() -> None:
    estimate = proportion_interval([0.2, 0.4, 0.6])
    half = student_t_95(2) * 0.2 / math.sqrt(3)
    assert estimate.value == pytest.approx(0.4)
    assert estimate.high == pytest.approx(min(1.0, 0.4 + half))


def test_mean_of_strata_has_width_at_perfect_scores() -> None:
    perfect = proportion_interval([1.0] * 50)
    both = mean_of_strata([perfect, perfect])
    assert both.value == 1.0
    assert perfect.low < both.low < 1.0
    assert both.n == 100


def test_mean_of_strata_covers_the_truth() -> None:
    generator = random.Random(1)  # noqa: S311
    truths = [0.95, 0.7, 0.5, 0.3]
    centre = sum(truths) / len(truths)
    covered = 0
    for _ in range(400):
        strata = [proportion_interval([float(generator.random() < p) for _ in range(60)]) for p in truths]
        estimate = mean_of_strata(strata)
        covered += estimate.low <= centre <= estimate.high
    assert 0.92 <= covered / 400 <= 0.985


def test_paired_interval_matches_the_published_formula() -> None:
    # 3 of 44 items won and 11 lost: by hand, p = (3 + 1) / 46 and q = (11 + 1) / 46.
    p, q = 4 / 46, 12 / 46
    half = 1.959964 * math.sqrt((p + q - (p - q) ** 2) / 46)
    estimate = paired_interval([1.0] * 3 + [-1.0] * 11 + [0.0] * 30)
    assert estimate.value == pytest.approx(-8 / 44)
    assert [estimate.low, estimate.high] == pytest.approx([p - q - half, p - q + half])
    same = paired_interval([0.0] * 20)
    assert same.low < 0.0 == same.value < same.high


@pytest.mark.parametrize(("won", "lost", "grade"), [(0.03, 0.06, 1.0), (0.2, 0.25, 1.0), (0.1, 0.1, 0.3)])
def test_paired_interval_covers_the_truth_with_few_items(won: float, lost: float, grade: float) -> None:
    generator = random.Random(5)  # noqa: S311
    covered = 0
    for _ in range(600):
        draws = [generator.random() for _ in range(32)]
        estimate = paired_interval([grade * ((u < won) - (u > 1 - lost)) for u in draws])
        covered += estimate.low <= grade * (won - lost) <= estimate.high
    assert covered / 600 >= 0.93


@pytest.mark.parametrize(("size", "won", "lost"), [(20, 0.02, 0.01), (20, 0.1, 0.05), (100, 0.01, 0.02)])
def test_paired_differences_of_strata_cover_the_truth(size: int, won: float, lost: float) -> None:
    generator = random.Random(6)  # noqa: S311
    covered = 0
    for _ in range(300):
        draws = [[generator.random() for _ in range(size)] for _ in range(8)]
        estimate = paired_strata_interval(
            [[float(u < won) - float(u > 1 - lost) for u in stratum] for stratum in draws]
        )
        covered += estimate.low <= won - lost <= estimate.high
    assert 0.92 <= covered / 300 <= 0.995


def test_repeats_interval_is_centred_on_the_median_and_stays_positive() -> None:
    estimate = repeats_interval([10.0, 11.0, 12.0, 11.0, 10.5])
    assert estimate.value == 11.0
    assert estimate.low < 10.5
    noisy = repeats_interval([3.3, 3.4, 30.0])
    assert noisy.low > 0
    assert noisy.high > 30.0
    assert repeats_interval([0.0, 0.0, 3.0]).low < 0 < repeats_interval([0.0, 0.0, 3.0]).high
    assert repeats_interval([5.0]) == Estimate(5.0, 5.0, 5.0, 1)


def test_repeats_interval_covers_the_truth() -> None:
    generator = random.Random(3)  # noqa: S311
    covered = 0
    for _ in range(400):
        estimate = repeats_interval([4.0 * math.exp(generator.gauss(0, 0.1)) for _ in range(5)])
        covered += estimate.low <= 4.0 <= estimate.high
    assert covered / 400 >= 0.90


def test_ratio_interval_takes_documents_as_units() -> None:
    generator = random.Random(2)  # noqa: S311
    covered = 0
    for _ in range(300):
        counts = [generator.randint(5, 40) for _ in range(40)]
        levels = [generator.gauss(3.0, 0.8) for _ in counts]
        estimate = ratio_interval([level * c for level, c in zip(levels, counts, strict=True)], counts)
        covered += estimate.low <= 3.0 <= estimate.high
    assert 0.91 <= covered / 300 <= 0.985


def test_one_cluster_has_no_width() -> None:
    assert ratio_interval([6.0], [2.0]) == Estimate(3.0, 3.0, 3.0, 1)


def test_order_statistics() -> None:
    assert median([3.0, 1.0, 2.0]) == 2.0
    assert median([4.0, 1.0, 2.0, 3.0]) == 2.5
    assert percentile([0.0, 1.0, 2.0, 3.0, 4.0], 0.95) == pytest.approx(3.8)
