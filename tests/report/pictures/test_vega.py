"""What all pictures share."""

from harness.report.pictures.vega import log_ticks


def test_ticks_of_a_log_axis_are_round_numbers_fewer_where_the_axis_is_long_and_1_is_one_of_them() -> None:
    assert log_ticks(0.6, 2.2) == [0.7, 1, 1.5, 2]
    assert log_ticks(0.4, 30) == [0.5, 1, 2, 5, 10, 20]
    assert log_ticks(1.1, 2.5) == [1, 1.5, 2]
    assert log_ticks(0.001, 2e5) == [0.001, 0.01, 0.1, 1, 10, 100, 1000, 10000, 100000]
