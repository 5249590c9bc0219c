"""The lifecycle as a picture, read off the table: what README and docs show is what the engine does."""

from config.labels import state_label
from workflows.lifecycle import STEPS


def mermaid() -> str:
    """A Mermaid state diagram of STEPS, `correct` left out (it goes back anywhere); raises nothing."""
    lines = ["stateDiagram-v2", "    direction LR"]
    seen = dict.fromkeys(state for step in STEPS for state in (*step.sources, step.dest))
    lines += [f"    {state} : {state} ({state_label(state)})" for state in seen]
    for step in STEPS:
        label = step.trigger.value + (f" / {step.outcome}" if step.outcome else "")
        lines += [f"    {source} --> {step.dest} : {label}" for source in step.sources or ("[*]",)]
    return "\n".join([*lines, "    closed --> [*]"])
