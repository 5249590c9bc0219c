"""Reading a YAML file into a pydantic model, every fault named by file, line and field.

Only plain YAML is taken: no duplicate key, no alias, no tag, no merge, one document.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from config.errors import ConfigError, ConfigProblem
from config.i18n import gettext as _
from config.validation import sentence

Model = TypeVar("Model", bound=BaseModel)
Location = tuple[int | str, ...]

_TEXT = "tag:yaml.org,2002:str"
_PLAIN = {"tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}


def load_yaml(path: Path, model: type[Model]) -> Model:
    """The content of `path` as a `model`; raises ConfigError, which names every fault, or none."""
    source = _Source(path.name)
    data = source.read(path)
    if source.problems:
        raise ConfigError(source.problems)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problems = [
            ConfigProblem(sentence(e), path.name, source.line_of(e["loc"]), field_path(e["loc"]))
            for e in error.errors(include_url=False)
        ]
        raise ConfigError(sorted(problems, key=lambda p: p.line or 0)) from error


def field_path(location: Location) -> str:
    """« default.rungs[3].offset »; list items count from 1, as a person counts them."""
    text = ""
    for step in (step for step in location if step != "[key]"):  # pydantic's mark, not a field
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")


class _Source:
    """One file being read: its data, the line of each field, and what is wrong with it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[ConfigProblem] = []
        self._lines: dict[Location, int] = {}
        self._seen: set[int] = set()

    def read(self, path: Path) -> Any:
        try:
            loader = yaml.SafeLoader(path.read_text(encoding="utf-8-sig"))
            node = loader.get_single_node()
            if node is None:
                self._refuse(_("fichier vide, attendu : des champs « nom: valeur »"), 1)
                return None
            return self._value(loader, node, ())
        except OSError:
            self._refuse(_("fichier illisible, attendu : un fichier de texte ; vérifiez le chemin"))
        except UnicodeDecodeError:
            self._refuse(_("fichier illisible, attendu : un texte en UTF-8"))
        except RecursionError:
            self._refuse(_("trop de niveaux imbriqués, attendu : un fichier simple"))
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            detail = getattr(error, "problem", None) or getattr(error, "reason", None) or ""
            self._refuse(
                _("YAML mal formé ({detail}), attendu : « nom: valeur » bien indenté").format(
                    detail=detail
                ),
                mark.line + 1 if mark else None,
            )
        return None

    def line_of(self, location: Location) -> int | None:
        """The line of a field, or of the nearest group around it when it is not in the file."""
        for length in range(len(location), -1, -1):
            if location[:length] in self._lines:
                return self._lines[location[:length]]
        return None

    def _refuse(self, text: str, line: int | None = None, location: Location = ()) -> None:
        self.problems.append(ConfigProblem(text, self.name, line, field_path(location)))

    def _value(self, loader: yaml.SafeLoader, node: yaml.Node, at: Location) -> Any:
        line = node.start_mark.line + 1
        self._lines.setdefault(at, line)
        if id(node) in self._seen:
            text = _("renvoi (alias) YAML, attendu : la valeur écrite en entier")
            self._refuse(text, self._lines[at], at)
            return None
        self._seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(loader, node, at)
        if node.tag not in _PLAIN:
            text = _("étiquette YAML « {tag} », attendu : des valeurs sans étiquette")
            self._refuse(text.format(tag=node.tag), line, at)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(loader, child, (*at, i)) for i, child in enumerate(node.value)]
        return {
            key: self._value(loader, child, (*at, key)) for key, child in self._fields(node, at)
        }

    def _fields(self, node: yaml.Node, at: Location) -> Iterator[tuple[str, yaml.Node]]:
        first: dict[str, int] = {}
        for key_node, child in node.value:
            line, key = key_node.start_mark.line + 1, key_node.value
            if key_node.tag != _TEXT:
                shown = key if isinstance(key, str) else key_node.tag
                text = _("nom de champ « {key} » refusé, attendu : un texte, entre guillemets")
                self._refuse(text.format(key=shown), line, at)
            elif key in first:
                text = _("champ écrit deux fois (déjà ligne {line}), attendu : une seule fois")
                self._refuse(text.format(line=first[key]), line, (*at, key))
            else:
                first[key] = line
                self._lines[(*at, key)] = line
                yield key, child

    def _scalar(self, loader: yaml.SafeLoader, node: yaml.ScalarNode, at: Location) -> Any:
        try:
            return loader.construct_object(node, deep=True)
        except (yaml.YAMLError, ValueError):
            text = _("« {value} » refusé, attendu : un texte, un nombre ou une date qui existe")
            self._refuse(text.format(value=node.value), node.start_mark.line + 1, at)
            return None
