"""Files of at most 200 lines, functions of at most 30: a room that is full is split by meaning."""

import ast

from tests.rules.code import functions, length, sources

FILE_LINES = 200
FUNCTION_LINES = 30
DATA = {  # tables, which may be longer
    "config/labels.py",
    "config/settings.py",
    "models/vocabulary.py",
}


def test_files_are_short() -> None:
    long = {name: length(name) for name in sources() if length(name) > FILE_LINES}
    assert {name: lines for name, lines in long.items() if name not in DATA} == {}


def test_functions_are_short() -> None:
    long = [
        f"{name}:{function.name} ({lines} lines)"
        for name, tree in sources().items()
        for function in functions(tree)
        if (lines := _body_lines(function)) > FUNCTION_LINES
    ]
    assert long == []


def _body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of its body, without signature and docstring."""
    body = function.body
    if ast.get_docstring(function, clean=False) is not None:
        body = body[1:]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_every_module_opens_with_one_sentence() -> None:
    silent = [name for name, tree in sources().items() if not ast.get_docstring(tree)]
    assert silent == []
