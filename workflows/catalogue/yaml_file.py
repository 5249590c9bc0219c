"""A catalogue as YAML or JSON: fields by name, in the shape that `catalogue export` writes."""

import json
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, ValidationError

from config.errors import ConfigError
from config.i18n import gettext as _
from config.validation import sentence
from config.yaml_source import field_path, load_yaml
from models.errors import BadInput, Problem
from models.schemas.catalogue import ContractDoc, Document, EnjeuDoc, Title, Wording
from workflows.catalogue.draft import Draft, EnjeuLine, FicheDraft
from workflows.catalogue.findings import Findings
from workflows.catalogue.source_text import check_characters

TREE_LIMIT_BYTES = 2_000_000


class _Fiche(Document):
    number: str
    enjeu: int = Field(ge=1, le=999)
    enjeu_title: Title | None = None
    title: Title
    objectives: list[str] | None = None
    objectives_source: str = ""
    call: bool
    pilots: list[str] | None = None
    pilots_source: str = ""


class _Tree(Document):
    contract: ContractDoc
    year: int | None = None
    objectives_are: Wording = "official"
    enjeux: list[EnjeuDoc] = []
    fiches: list[_Fiche]


def read_yaml(path: Path, text: str, findings: Findings) -> Draft:
    """The draft in a YAML file. Raises BadInput, each problem with its line and field."""
    _check_size(path, text)
    try:
        tree = load_yaml(path, _Tree)
    except ConfigError as error:
        problems = [Problem(p.text, p.file, p.line, p.field) for p in error.problems]
        raise BadInput(problems) from error
    return _draft(tree, _fiche_lines(text), findings)


def read_json(path: Path, text: str, findings: Findings) -> Draft:
    """The draft in a JSON file. Raises BadInput, each problem with its field, and its line if found."""
    _check_size(path, text)
    try:
        content = json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        reason = _("JSON mal formé : vérifiez les virgules, les guillemets et les accolades.")
        raise BadInput([Problem(reason, path.name, error.lineno, str(error.colno))]) from error
    except (RecursionError, ValueError) as error:
        reason = _("JSON illisible : champ écrit deux fois, nombre démesuré ou trop de niveaux.")
        raise BadInput([Problem(reason, path.name)]) from error
    lines = _fiche_lines(text.replace("\t", " "))
    try:
        return _draft(_Tree.model_validate(content), lines, findings)
    except ValidationError as error:
        problems = [
            Problem(sentence(e), path.name, _line_of(e["loc"], lines), field_path(e["loc"]))
            for e in error.errors(include_url=False)
        ]
        raise BadInput(problems) from error


def _check_size(path: Path, text: str) -> None:
    if len(text) > TREE_LIMIT_BYTES:
        reason = _("fichier de plus de {limit} Mo ; un catalogue en fait bien moins.")
        raise BadInput([Problem(reason.format(limit=TREE_LIMIT_BYTES // 1_000_000), path.name)])


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a field stands twice")
    return found


def _draft(tree: _Tree, lines: list[int], findings: Findings) -> Draft:
    draft = Draft(
        columns={field: field for field in ("title", "number", "objectives", "call", "pilots")},
        contract=tree.contract,
        year=tree.year,
        objectives_are=tree.objectives_are,
        enjeux=[EnjeuLine(None, enjeu) for enjeu in tree.enjeux],
    )
    for text in (tree.contract.code, tree.contract.name, *(e.title for e in tree.enjeux)):
        check_characters(text, None, findings)
    announced = {enjeu.number for enjeu in tree.enjeux}
    for index, fiche in enumerate(tree.fiches):
        line = lines[index] if index < len(lines) else None
        if fiche.enjeu_title:
            enjeu = EnjeuDoc(number=fiche.enjeu, title=fiche.enjeu_title)
            draft.enjeux.append(EnjeuLine(line, enjeu))
            announced.add(fiche.enjeu)
        if fiche.enjeu not in announced:
            reason = _(
                "enjeu {enjeu} sans titre : donnez « enjeu_title », ou décrivez-le dans « enjeux »."
            )
            findings.problem(reason.format(enjeu=fiche.enjeu), line, "enjeu")
        draft.fiches.append(_fiche(fiche, line))
        for text in _texts(fiche):
            check_characters(text, line, findings)
    return draft


def _fiche(fiche: _Fiche, line: int | None) -> FicheDraft:
    return FicheDraft(
        line=line,
        title=fiche.title,
        number=fiche.number,
        objectives_source=fiche.objectives_source,
        call=fiche.call,
        pilots_source=fiche.pilots_source or ", ".join(fiche.pilots or ()),
        enjeu=fiche.enjeu,
        objectives=fiche.objectives,
        pilots=fiche.pilots,
    )


def _texts(fiche: _Fiche) -> list[str]:
    single = [fiche.enjeu_title or "", fiche.title, fiche.objectives_source, fiche.pilots_source]
    return [*single, *(fiche.objectives or ()), *(fiche.pilots or ())]


def _fiche_lines(text: str) -> list[int]:
    """The line on which each fiche begins; empty when it cannot be told."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        root = yaml.compose(text, Loader=loader)
    except (yaml.YAMLError, RecursionError):
        return []
    for key, value in root.value if isinstance(root, yaml.MappingNode) else ():
        if key.value == "fiches" and isinstance(value, yaml.SequenceNode):
            return [item.start_mark.line + 1 for item in value.value]
    return []


def _line_of(location: tuple[int | str, ...], lines: list[int]) -> int | None:
    index = location[1] if len(location) > 1 and location[0] == "fiches" else None
    return lines[index] if isinstance(index, int) and index < len(lines) else None
