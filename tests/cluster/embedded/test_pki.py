"""The keys and certificates of one cluster, read back as others read them."""

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from cryptography.x509.oid import NameOID

from stsconf.cluster.embedded.pki import Authority, write_signing_key


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with an authority and the API server's certificate."""
    Authority(tmp_path).issue("server", "kube-apiserver", "system:masters", ("kubernetes", "127.0.0.1"))
    return tmp_path


def _certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_the_authority_signed_it(folder: Path) -> None:
    """A certificate is worth its issuer."""
    server, authority = _certificate(folder / "server.crt"), _certificate(folder / "ca.crt")
    server.verify_directly_issued_by(authority)
    assert server.issuer == authority.subject


def test_another_authority_did_not(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Two clusters side by side do not accept each other's administrators, though their authorities share a name."""
    other = tmp_path_factory.mktemp("other")
    Authority(other)
    with pytest.raises(InvalidSignature):
        _certificate(folder / "server.crt").verify_directly_issued_by(_certificate(other / "ca.crt"))


def test_names_and_addresses_are_told_apart(folder: Path) -> None:
    """A client that connects by address looks among the addresses only."""
    names = _certificate(folder / "server.crt").extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    found = names.get_values_for_type(x509.DNSName), [str(ip) for ip in names.get_values_for_type(x509.IPAddress)]
    assert found == (["kubernetes"], ["127.0.0.1"])


def test_the_organization_is_the_group(folder: Path) -> None:
    """The API server takes groups from the subject's organization, and the user from its common name."""
    subject = _certificate(folder / "server.crt").subject
    values = [subject.get_attributes_for_oid(oid)[0].value for oid in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME)]
    assert values == ["system:masters", "kube-apiserver"]


def test_keys_belong_to_certificates(folder: Path) -> None:
    """A key beside the wrong certificate would show at the first handshake only."""
    key = load_pem_private_key((folder / "server.key").read_bytes(), None)
    assert key.public_key() == _certificate(folder / "server.crt").public_key()


@pytest.mark.parametrize("file", ["ca.key", "server.key"])
def test_keys_are_for_their_owner(folder: Path, file: str) -> None:
    """A key that others can read is an administrator's login for everyone."""
    assert (folder / file).stat().st_mode & 0o777 == 0o600


def test_the_signing_key_comes_in_two_halves(tmp_path: Path) -> None:
    """The API server signs tokens with one half and checks them with the other."""
    write_signing_key(tmp_path, "sa")
    private = load_pem_private_key((tmp_path / "sa.key").read_bytes(), None)
    assert load_pem_public_key((tmp_path / "sa.pub").read_bytes()) == private.public_key()
