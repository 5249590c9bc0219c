"""Write docs/lifecycle.md from the table of the engine: `python docs/write_lifecycle.py`."""

import re
from pathlib import Path

from config.labels import TRIGGERS, role_label
from workflows.diagram import mermaid
from workflows.lifecycle import ACTS, STEPS


def page() -> str:
    """The whole page: the diagram, then one line per step with its guards and who lifts them."""
    rows = [
        "| trigger | from | to | by | conditions (who can lift them) |",
        "|---|---|---|---|---|",
    ]
    for step in STEPS:
        guards = "<br>".join(f"{g.otherwise} ({role_label(g.fixed_by)})" for g in step.guards)
        rows.append(
            f"| `{step.trigger}` ({TRIGGERS[step.trigger]}) | {', '.join(step.sources) or '–'}"
            f" | {step.dest}{f' / {step.outcome}' if step.outcome else ''}"
            f" | {', '.join(map(role_label, step.by))} | {guards or '–'} |"
        )
    acts = [
        "| act | in which states | by | conditions (who can lift them) |",
        "|---|---|---|---|",
    ]
    for rule in ACTS:
        guards = "<br>".join(
            f"{_said(g.otherwise)} ({role_label(g.fixed_by)})" for g in rule.guards
        )
        acts.append(
            f"| `{rule.act}` | {', '.join(rule.states)} | {', '.join(map(role_label, rule.by))}"
            f" | {guards or '–'} |"
        )
    return "\n".join(
        [
            "# The lifecycle, as the engine's table says it",
            "",
            "Written by `python docs/write_lifecycle.py`; a test fails when it is out of date.",
            "`correct` goes back to the state before, from anywhere, with a reason.",
            "",
            "```mermaid",
            mermaid(),
            "```",
            "",
            *rows,
            "",
            "## What is done without changing the state",
            "",
            *acts,
            "",
        ]
    )


def _said(sentence: str) -> str:
    """A sentence of the table, with dots where it names a date or a person."""
    return re.sub(r"\{\w+\}", "…", sentence)


if __name__ == "__main__":
    (Path(__file__).parent / "lifecycle.md").write_text(page(), encoding="utf-8")
