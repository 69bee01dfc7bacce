"""The table of observations."""

from stsconf.report.table import ObservationRow, observation_table


def test_observations_stand_in_order_with_their_checks() -> None:
    """Rows are sorted by number, cells escaped, and what has no check is named."""
    rows = [
        ObservationRow(2, "creation is ascending", ("ORD-1",), ("test_ordering", "test_parallel")),
        ObservationRow(1, "pods are `set-ordinal` | from 0", ("IDN-1", "IDN-2"), ()),
    ]
    assert observation_table(rows) == (
        "| No. | Observation | Guarantees | Checks |\n"
        "| --- | --- | --- | --- |\n"
        "| 1 | pods are \\`set-ordinal\\` \\| from 0 | IDN-1, IDN-2 |  |\n"
        "| 2 | creation is ascending | ORD-1 | test\\_ordering, test\\_parallel |\n"
        "\n1 of 2 observations have a check; none yet: 1.\n"
    )


def test_a_whole_coverage_names_nothing() -> None:
    """When each observation has a check, that is all there is to say."""
    assert observation_table([ObservationRow(1, "a", (), ("t",))]).endswith("\n1 of 1 observations have a check.\n")


def test_no_observations_are_an_empty_table() -> None:
    """Without rows there is a head and a count of none."""
    assert observation_table([]).endswith("| --- | --- | --- | --- |\n\n0 of 0 observations have a check.\n")
