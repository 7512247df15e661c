"""What a site needs before anybody can send it something."""

from app.core import db
from tests.factories.agencies import water
from tests.sites import Site


def found_agency(site: Site) -> None:
    """Put the water company into the site's database."""
    with site.look_inside(), db.transaction():
        water()
