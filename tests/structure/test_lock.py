"""The lock: hashes for every package, no addresses, and no stranger that bears our name."""

import re
from pathlib import Path

import pytest

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements"
LOCKS = sorted(REQUIREMENTS.glob("*.txt"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_locked_package_has_a_hash_and_none_an_address(lock: Path) -> None:
    text = lock.read_text()
    packages = re.split(r"\n(?=\S)", re.sub(r"(?m)^#.*\n", "", text).strip())
    assert packages
    assert [package.split()[0] for package in packages if "--hash=sha256:" not in package] == []
    assert "http" not in text


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_no_package_of_our_own_name_comes_from_outside(lock: Path) -> None:
    """On the public index `sawt` is somebody else's project: naming ours as a requirement would install theirs."""
    assert not re.search(r"(?mi)^sawt\b", lock.read_text())
