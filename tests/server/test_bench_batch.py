"""What the figures of `kiestoon bench batch` mean."""

from __future__ import annotations

from server.bench_batch import Speed, compared, speed


def test_the_speed_counts_while_all_processes_are_busy() -> None:
    # The first after 5 s of loading, then one a second; the last one came late, from a process that was alone by then.
    found = speed(2, [5.0, 6.0, 7.0, 8.0, 20.0])
    assert (found.per_second, found.first_s, found.items) == (1.0, 5.0, 5)


def test_twice_the_speed_with_twice_the_processes_is_linear() -> None:
    one, two, four = compared([Speed(1, 9, 2.0, 1.0), Speed(2, 9, 4.0, 1.0), Speed(4, 9, 4.0, 1.0)])
    assert (one.efficiency, two.efficiency, four.efficiency) == (1.0, 1.0, 0.5)
