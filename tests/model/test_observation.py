"""What the tutorials let their readers observe."""

import pytest

from stsconf.model.catalogue import GUARANTEES
from stsconf.model.observation import OBSERVATIONS, Observation


def test_there_are_66() -> None:
    """The numbers run from 1 to 66."""
    assert list(OBSERVATIONS) == list(range(1, 67))


@pytest.mark.parametrize("observation", OBSERVATIONS.values(), ids=map(str, OBSERVATIONS))
def test_an_observation_rests_on_known_promises(observation: Observation) -> None:
    """Each is one sentence, asked for by tutorials, in order, and made so by guarantees of the catalogue."""
    assert observation.sentence.endswith(".")
    assert observation.tutorials
    assert list(observation.tutorials) == sorted(set(observation.tutorials))
    assert set(observation.tutorials) <= {"000", "001", "002", "003", "004"}
    assert observation.guarantees
    assert set(observation.guarantees) <= set(GUARANTEES)


def test_every_tutorial_asks_for_something() -> None:
    """None of the five is left out."""
    asked = {tutorial for one in OBSERVATIONS.values() for tutorial in one.tutorials}
    assert asked == {"000", "001", "002", "003", "004"}


def test_sentences_differ() -> None:
    """No observation is listed twice."""
    assert len({one.sentence for one in OBSERVATIONS.values()}) == 66
