"""What the tutorials let their readers observe."""

import pytest

from stsconf.model.catalogue import GUARANTEES
from stsconf.model.observation import OBSERVATIONS, Observation


def test_there_are_66() -> None:
    """The numbers run from 1 to 66."""
    assert list(OBSERVATIONS) == list(range(1, 67))


@pytest.mark.parametrize("observation", OBSERVATIONS.values(), ids=map(str, OBSERVATIONS))
def test_an_observation_rests_on_known_promises(observation: Observation) -> None:
    """Each is one sentence, made so by guarantees of the catalogue."""
    assert observation.sentence.endswith(".")
    assert observation.guarantees
    assert set(observation.guarantees) <= set(GUARANTEES)


def test_sentences_differ() -> None:
    """No observation is listed twice."""
    assert len({one.sentence for one in OBSERVATIONS.values()}) == 66
