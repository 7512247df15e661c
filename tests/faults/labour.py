"""A worker process whose only job leaves one trace in the database: what test_worker_death kills.

Started as `python -m tests.faults.labour`, with DATABASE_URL; it works until it is ended.
"""

import os
import time
from datetime import timedelta

from app.core import audit, db, jobs
from app.core.permissions import SYSTEM

LEASE = timedelta(seconds=2)
WORK_SECONDS = 0.1
JOB = "tests.labour"


@jobs.job(JOB, lease=LEASE)
def labour(number: int) -> None:
    """Leave the trace first, then go on: a kill in between must take the trace away again."""
    audit.record(SYSTEM, "laboured", "labour", number, process=os.getpid())
    db.session().flush()
    time.sleep(WORK_SECONDS)


def main() -> None:
    db.use(db.connect(os.environ["DATABASE_URL"]))
    jobs.Worker(pause=0.1).run()


if __name__ == "__main__":
    main()
