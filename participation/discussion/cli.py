"""`flask discussion recount`: whether the counters are right, and making them so."""

from flask.cli import AppGroup

from app.core.recounting import add_recount
from participation.discussion.recount import differences, mend

group = AppGroup("discussion", help="Public talk.")
add_recount(group, differences, mend)
