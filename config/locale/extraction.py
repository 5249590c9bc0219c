"""Where Babel finds sentences that are data: tables shown through `_(TABLE[…])`, policy files.

`babel.cfg` names these two functions; `make messages` runs them.
"""

import ast
from collections.abc import Iterator
from typing import IO, Any

import yaml
from babel.messages.extract import extract_python

Found = tuple[Any, ...]  # line, function, message, comments, as Babel wants them
SHOWN_KEYS = {"label", "expected"}


def tables(fileobj: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Found]:
    """What Babel finds in a Python file, then the words of the tables that the option `names` lists.

    The words of a row: the text itself, or the last argument of a call, `Part(module, help)`.
    """
    yield from extract_python(fileobj, keywords, comment_tags, options)
    fileobj.seek(0)
    wanted = set(options["names"].split())
    for node in ast.parse(fileobj.read()).body:
        if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict)):
            continue
        names = {ast.unparse(target) for target in node.targets} & wanted
        wanted -= names
        if names:
            yield from filter(None, map(_row, node.value.values))
    if wanted:
        raise ValueError(f"no such table: {', '.join(sorted(wanted))}")


def _row(value: ast.expr) -> Found | None:
    while isinstance(value, ast.Call) and value.args:
        value = value.args[-1]
    text = value.value if isinstance(value, ast.Constant) else None
    return (value.lineno, None, text, []) if isinstance(text, str) else None


def policies(
    fileobj: IO[bytes],
    keywords: Any,  # noqa: ARG001 # Babel's signature
    comment_tags: Any,  # noqa: ARG001
    options: Any,  # noqa: ARG001
) -> Iterator[Found]:
    """The texts of a policy file that people read: every `label` and `expected`."""
    yield from _shown(yaml.compose(fileobj, yaml.SafeLoader))


def _shown(node: yaml.Node | None) -> Iterator[Found]:
    for part in node.value if isinstance(node, yaml.MappingNode) else ():
        key, value = part
        if key.value in SHOWN_KEYS and isinstance(value, yaml.ScalarNode):
            yield value.start_mark.line + 1, None, value.value, []
        yield from _shown(value)
