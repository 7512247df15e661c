"""`flask forums recount`: whether the counters are right, and making them so."""

from flask.cli import AppGroup

from app.core.recounting import add_recount
from participation.forums.recount import differences, mend

group = AppGroup("forums", help="Boards and topics.")
add_recount(group, differences, mend)
