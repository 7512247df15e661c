"""How gunicorn serves Sawt; it finds this file by itself. WEB_CONCURRENCY sets the number of processes."""

import os
from typing import Any

from app.core.cli import get_ready, start_worker

if os.environ.get("ENV", "demo") == "demo":
    raise SystemExit("gunicorn serves the public: set ENV=production (README). The demo is ./run alone.")

wsgi_app = "app.factory:create_app()"
bind = f"{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('PORT') or '8000'}"
worker_class = "gthread"
threads = 32
timeout = 60
graceful_timeout = 30
limit_request_line = 8190
accesslog = None  # addresses of people do not belong into a log; the proxy's log is the operator's decision


def post_worker_init(worker: Any) -> None:
    """Get ready and start the job thread in the process that serves, after the fork; leases make several safe."""
    app = worker.app.callable
    get_ready(app)
    if app.config["SETTINGS"].JOBS == "thread":
        start_worker(app)
