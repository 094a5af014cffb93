"""Ranking measures, levels and thresholds against their definitions."""

from __future__ import annotations

import numpy as np

from wismo_desk.forecast.levels import Levels, correct, threshold
from wismo_desk.forecast.record import average_precision, rank_quality, recall_at


def drawn(chance: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    late = chance.random(count) < 0.2
    score = np.round(chance.random(count) + 0.4 * late, 1).astype(np.float32)
    return score, late


def test_rank_quality_counts_pairs(chance: np.random.Generator) -> None:
    score, late = drawn(chance, 300)
    bad, good = score[late][:, None], score[~late][None]
    assert np.isclose(rank_quality(score, late), ((bad > good) + 0.5 * (bad == good)).mean())


def test_average_precision_of_a_perfect_and_of_a_blind_order() -> None:
    late = np.arange(100) >= 90
    assert average_precision(np.arange(100, dtype=np.float32), late) == 1.0
    assert np.isclose(average_precision(np.zeros(100, dtype=np.float32), late), 0.1)


def test_recall_at_a_rate_draws_equals_by_lot() -> None:
    score = np.array([1, 1, 1, 1, 0, 0], dtype=np.float32)
    late = np.array([True, True, False, False, False, False])
    assert np.isclose(
        recall_at(score, late, 0.25), 0.5
    )  # half of the four named, so half of the two late ones
    assert recall_at(score, late, 1.0) == 1.0


def test_who_had_arrived_cannot_be_named() -> None:
    score = np.array([0, 0.5, 0, 0], dtype=np.float32)
    assert recall_at(score, np.array([True, True, False, False]), 0.9) == 0.5


def test_a_threshold_keeps_its_rate(chance: np.random.Generator) -> None:
    score = chance.random(5000).astype(np.float32)
    in_time = chance.random(5000) < 0.9
    limit = threshold(score, in_time.astype(np.float32), 0.05)
    assert 0.045 <= (score[in_time] > limit).mean() <= 0.05
    assert threshold(score[:50], in_time[:50].astype(np.float32), 0.05) == 0.5


def test_where_hardly_anything_is_open_everything_open_is_named() -> None:
    score = np.zeros(1000, dtype=np.float32)
    score[:30] = 0.2
    assert threshold(score, np.ones(1000, dtype=np.float32), 0.05) == 0.0


def test_levels_move_when_the_table_was_too_quick(chance: np.random.Generator) -> None:
    shares = chance.random(4000).astype(np.float32) ** 0.7  # arrivals later than the table thought
    none = np.zeros(4000, dtype=np.bool_)
    assert correct(shares, shares, none).safe > 0.82
    assert correct(shares[:50], shares[:50], none[:50]) == Levels()


def test_open_parcels_count_until_today(chance: np.random.Generator) -> None:
    """Naive twin: the arrivals alone are the quick ones, and would pull every level down."""
    shares = chance.random(6000).astype(np.float32)
    today = chance.random(6000).astype(np.float32)
    is_open = shares > today
    seen = np.where(is_open, today, shares)
    found = correct(seen, seen, is_open)
    assert abs(found.safe - 0.82) < 0.05
    assert np.quantile(shares[~is_open], 0.8) < 0.72
