"""Each test starts with fresh counters: they live in the memory of the application, which the tests share."""

import pytest
from flask import Flask

from app.core import ratelimit


@pytest.fixture(autouse=True)
def _no_tries_so_far(app: Flask) -> None:
    ratelimit.register(app)
