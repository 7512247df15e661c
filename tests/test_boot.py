"""The application starts, and is in good health."""

from flask.testing import FlaskClient


def test_a_fresh_site_is_ready(client: FlaskClient) -> None:
    assert client.get("/health/ready").json == {"status": "ready", "missing": []}
