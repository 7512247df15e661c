"""Structured logs, one JSON object a line, without personal data.

Only the fields named here pass; a message may hold ids and causes, never text, names or addresses of people.
"""

import logging
import sys

import structlog
from structlog.typing import EventDict, Processor

PASSED = frozenset(
    {"event", "level", "logger", "timestamp", "request_id", "endpoint", "method", "status", "duration_ms"}
    | {"job", "job_id", "exception", "case", "mail", "lang", "version", "count"}
)
MASK = "[left out]"


def _only_known_fields(_logger: object, _name: str, event: EventDict) -> EventDict:
    return {key: value if key in PASSED else MASK for key, value in event.items() if not key.startswith("_")}


def _without_values(_logger: object, _name: str, event: EventDict) -> EventDict:
    """Keep class and places of an exception; its message may quote what a person wrote."""
    info = event.pop("exc_info", None)
    if info:
        kind, _error, trace = info if isinstance(info, tuple) else sys.exc_info()
        places = []
        while trace is not None:
            places.append(f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}")
            trace = trace.tb_next
        event["exception"] = f"{getattr(kind, '__name__', '?')} at {' > '.join(places[-6:])}"
    return event


def set_up(level: int = logging.INFO) -> None:
    """Send every log line of the process through the structured form to stderr."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                _without_values,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _only_known_fields,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("werkzeug", "alembic.runtime.migration", "engineio", "socketio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
