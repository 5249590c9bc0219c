"""The two doors: only `transaction()` commits, only `advance` assigns a state; one doorway per library."""

import ast
from functools import cache

import pytest

from tests.rules.code import functions, sources

DOORWAYS = {  # an outside library, and the files that may import it
    "aiosmtplib": ("notifications/delivery",),
    "aiosmtpd": ("notifications/catcher.py", "workflows/bounce_server.py"),
    "dkim": ("notifications/posting.py",),
    "flufl": ("notifications/bounces.py",),
    "transitions": ("workflows/lifecycle.py",),
    "alembic": ("models/schema.py", "models/migrations/"),
    "xlsxwriter": ("workflows/",),
    "python_calamine": ("workflows/workbook.py",),
    "puremagic": ("workflows/attachments/inspecting.py",),
    "holidays": ("workflows/deadlines.py",),
    "icalendar": ("notifications/calendars.py",),
    "jinja2": ("notifications/rendering.py", "notifications/formats.py", "web/templating.py"),
    "weasyprint": ("web/printing.py",),
    "css_inline": ("notifications/rendering.py",),
    "stdnum": ("workflows/identifiers.py", "workflows/demo/cast.py"),
    "argon2": ("workflows/accounts/emergency.py",),
    "pyotp": ("workflows/accounts/emergency.py",),
    "joserfc": ("web/agents/proof.py",),
    "limits": ("web/limits.py",),
    "httpx": (
        "notifications/hook_delivery.py",
        "workflows/flows/",
        "workflows/rounds.py",
        "web/agents/provider.py",
    ),
    "smtplib": (),
    "prefect": ("workflows/flows/",),
    "apscheduler": ("workflows/schedule.py",),
    "structlog": ("config/logs.py",),
    "prometheus_client": ("web/metrics.py",),
    "uvicorn": ("web/serving.py",),
    "dns": ("notifications/sender_domain.py",),
}


def test_nobody_commits_but_the_session_door() -> None:
    committing = [
        f"{name}:{node.lineno}"
        for name, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
    ]
    assert [place for place in committing if not place.startswith("models/session.py:")] == []
    assert committing, "the door itself must be seen, or this test sees nothing"


def test_only_advance_assigns_a_state() -> None:
    assigning = {
        name
        for name, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
        for target in _targets(node)
        if isinstance(target, ast.Attribute)
        and target.attr in {"state", "outcome"}
        and "application" in ast.unparse(target.value)
    }
    assert assigning == {"workflows/advance.py"}


def _targets(node: ast.Assign | ast.AugAssign | ast.AnnAssign) -> list[ast.expr]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [
        leaf
        for target in targets
        for leaf in (target.elts if isinstance(target, ast.Tuple) else [target])
    ]


@pytest.mark.parametrize("library", sorted(DOORWAYS))
def test_each_outside_library_has_one_doorway(library: str) -> None:
    strangers = [
        name
        for name, libraries in _imports().items()
        if library in libraries and not name.startswith(DOORWAYS[library])
    ]
    assert strangers == []


@cache
def _imports() -> dict[str, set[str]]:
    return {name: _imported(tree) for name, tree in sources().items()}


def _imported(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def test_nothing_below_the_edges_reads_the_clock() -> None:
    reading = [
        f"{name}:{node.lineno}"
        for name, tree in sources().items()
        if not name.startswith(("cli/", "web/"))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func)
        in {"datetime.now", "datetime.utcnow", "date.today", "time.time", "datetime.today"}
    ]
    assert reading == []


def test_public_functions_of_workflows_say_what_they_may_raise() -> None:
    silent = [
        f"{name}:{function.name}"
        for name, tree in sources().items()
        if name.startswith("workflows/") and "/demo/" not in name
        for function in _public(tree)
        if "raise" not in (ast.get_docstring(function) or "").lower()
    ]
    assert silent == []


def _public(tree: ast.Module) -> list[ast.FunctionDef]:
    """Functions at the top of a module, that others call."""
    return [
        function
        for function in functions(tree)
        if isinstance(function, ast.FunctionDef)
        and not function.name.startswith("_")
        and function in tree.body
    ]
