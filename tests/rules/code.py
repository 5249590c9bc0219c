"""The product's own source files, parsed once."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("config", "models", "notifications", "workflows", "web", "cli")


@cache
def sources() -> dict[str, ast.Module]:
    """Every source file of the product, by its path from the root; migrations are left out."""
    found = {}
    for package in PRODUCT:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if "migrations/versions" not in name:
                found[name] = ast.parse(path.read_text(encoding="utf-8"), name)
    return found


def length(name: str) -> int:
    """How many lines a file has."""
    return len((ROOT / name).read_text(encoding="utf-8").splitlines())


def functions(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a file."""
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
