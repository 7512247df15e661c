"""What the library does in the background."""

from datetime import timedelta

from app.core import clock
from app.core.jobs import job
from app.documents import actions


@job("documents.sign-manifest", every=timedelta(hours=1))
def sign_manifest() -> None:
    """Sign the library as it stood at the end of yesterday, once; days on which nobody worked are made up for."""
    actions.sign_days(clock.today() - timedelta(days=1))
