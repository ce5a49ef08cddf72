"""The promise: a quota is judged by the figures that the cluster itself would read."""

from decimal import Decimal

import pytest

from todo_ci.preflight.quota import quantity

QUANTITIES = [
    ("100m", "0.1"), ("2", "2"), ("0.5", "0.5"), ("1e3", "1000"), ("1E3", "1000"),
    ("3n", "0.000000003"), ("2u", "0.000002"), ("1k", "1000"), ("1M", "1000000"),
    ("1G", "1000000000"), ("1T", "1000000000000"), ("2P", "2000000000000000"),
    ("1E", "1000000000000000000"), ("1Ki", "1024"), ("1Mi", "1048576"), ("1Gi", "1073741824"),
    ("1Ti", "1099511627776"), ("2Pi", "2251799813685248"), ("1Ei", "1152921504606846976"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), QUANTITIES)
def test_quantities_are_read_as_the_cluster_reads_them(text: str, value: str) -> None:
    assert quantity(text) == Decimal(value)
