"""The real server comes up on both databases, and comes back after a kill."""

from pathlib import Path

import pytest

from tests.conftest import DATABASES
from tests.sites import fresh_database, running_site


@pytest.mark.parametrize("kind", DATABASES)
def test_a_killed_site_comes_back_at_its_address(kind: str, tmp_path: Path) -> None:
    with fresh_database(kind, tmp_path) as database, running_site(database, tmp_path) as site:
        first = site.pid
        site.kill()
        assert not site.is_alive()
        site.restart()
        assert site.is_alive()
        assert site.pid != first
