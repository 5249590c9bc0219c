"""The technical log: a fixed sentence per event, and beside it the ids that it is about.

Modules log with `logging.getLogger(__name__)` and `extra={…}`; what a line looks like is decided
here, once per process. With `JALON_LOG_FORMAT=json` each line is an object, for a machine to read.
"""

import logging
import os
import sys
from pathlib import Path
from typing import Any

import structlog
from structlog.stdlib import ProcessorFormatter

FOR_PREFECT = Path(__file__).with_name("prefect_logging.yaml")
_BEFORE: list[Any] = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def formatter(form: str | None = None) -> logging.Formatter:
    """Lines of text, or objects of JSON; without a form, the one that `JALON_LOG_FORMAT` names."""
    if (form or os.environ.get("JALON_LOG_FORMAT")) == "json":
        last: list[Any] = [
            structlog.processors.dict_tracebacks,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ]
    else:
        last = [structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)]
    return ProcessorFormatter(
        foreign_pre_chain=_BEFORE, processors=[ProcessorFormatter.remove_processors_meta, *last]
    )


def set_up(form: str, level: str) -> None:
    """Send every record of this process to the error output, in that form and from that level on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(form))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)


def set_up_for_prefect(form: str, level: str) -> None:
    """The same for Prefect and the processes that it starts; to be called before it is imported."""
    os.environ.setdefault("PREFECT_LOGGING_SETTINGS_PATH", str(FOR_PREFECT))
    os.environ.setdefault("PREFECT_LOGGING_ROOT_LEVEL", level)
    os.environ.setdefault("JALON_LOG_FORMAT", form)
