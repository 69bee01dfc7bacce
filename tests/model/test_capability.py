"""What a target may lack."""

from stsconf.model.capability import Absence, Capability


def test_capabilities_are_known_by_their_words() -> None:
    """A capability is written as its word in streams and options."""
    words = (
        "containers dns storage data volumes max-unavailable recreate api eviction quotas several-nodes node-control"
    )
    assert {Capability(word) for word in words.split()} == set(Capability)
    assert Absence(Capability.DNS, "no add-on").capability == "dns"
