"""Typer's own words in ours: the chrome of help pages, and what wrong usage says."""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from typer._click import Context, HelpFormatter  # Typer carries its own Click

from config.i18n import gettext as _
from config.i18n import later

FIXED = {
    "Options": later("Options"),
    "Arguments": later("Arguments"),
    "Commands": later("Commandes"),
    "Show this message and exit.": later("Afficher cette aide."),
    "[OPTIONS]": later("[options]"),
    "COMMAND [ARGS]...": later("COMMANDE …"),
    "[required]": later("[obligatoire]"),
    "; required]": later(" ; obligatoire]"),
    "[default: ": later("[sinon : "),
    " <int range>": later(" NOMBRE"),
    " <str>": later(" TEXTE"),
    " <int>": later(" NOMBRE"),
    " <path>": later(" FICHIER"),
}


class Formatter(HelpFormatter):
    """A help page in the language in force, with the names of values as people say them."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """`Usage : jalon call open [options] ANNÉE`."""
        super().write_usage(prog, _said(re.sub(r"[{}]", "", args)), prefix or _("Usage : "))

    def write_heading(self, heading: str) -> None:
        """`Commandes :`."""
        self.write(f"{'':>{self.current_indent}}{_said(heading)} :\n")

    def write_dl(
        self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """The options, arguments or commands, one a line."""
        said = [(_said(_without_type(name)), _said(text)) for name, text in rows]
        super().write_dl(said, col_max, col_spacing)


def _without_type(name: str) -> str:
    """A choice is told by its help, an argument by its name; an option of words takes a text."""
    plain = re.sub(r" <[\w|]+\|[\w|]+>", "", name)
    return plain if plain.startswith("-") else plain.partition(" <")[0]


def reword_help() -> None:
    """Have every help page written by `Formatter`."""
    Context.formatter_class = Formatter


def _said(text: str) -> str:
    for theirs, ours in FIXED.items():
        text = text.replace(theirs, _(ours))
    return re.sub(r"(\d+)<=x<=(\d+)", _(r"de \1 à \2"), text)


def wrong_usage(error: Any) -> str:
    """What is wrong with a command as it was typed, in one sentence, and where to look."""
    context = getattr(error, "ctx", None)
    if context is None:
        return f"{_fault(error)}."
    return _("{fault} (voir « {command} --help »).").format(
        fault=_fault(error), command=context.command_path
    )


def _fault(error: Any) -> str:
    kind, name = type(error).__name__, _name(error)
    if kind == "MissingParameter":
        return _("Il manque {name}").format(name=name)
    if kind == "NoSuchOption":
        near = ", ".join(error.possibilities or ())
        said = _("L’option {name} n’existe pas").format(name=error.option_name)
        return _("{said} ; proche : {near}").format(said=said, near=near) if near else said
    if kind == "BadOptionUsage":
        wants = "requires" in error.message
        return (
            _("L’option {name} attend une valeur") if wants else _("L’option {name} n’a pas de valeur")
        ).format(name=error.option_name)  # fmt: skip
    if kind == "BadParameter":
        return _("La valeur de {name} n’est pas admise, attendu : {expected}").format(
            name=name, expected=_expected(error)
        )
    if found := re.match(r"No such command '(.*?)'", error.message):
        return _unknown(found[1], error.ctx)
    return _plainly(error.message)


def _name(error: Any) -> str:
    parameter = getattr(error, "param", None)
    if parameter is None:
        return ""
    if parameter.param_type_name == "argument":
        return _("l’argument {name}").format(name=parameter.display_name_raw)
    return _("l’option {name}").format(name=parameter.opts[0])


def _expected(error: Any) -> str:
    kind = error.param.type_descriptor
    if kind.choices:
        return ", ".join(str(getattr(choice, "value", choice)) for choice in kind.choices)
    if kind.is_ranged:
        limits = kind.parameter_info
        return _("un nombre de {low} à {high}").format(low=limits.min, high=limits.max)
    if "integer" in error.message:
        return _("un nombre entier")
    return str(error.message)


def _unknown(name: str, context: Any) -> str:
    near = ", ".join(get_close_matches(name, context.command.list_commands(context), n=1))
    said = _("La commande « {name} » n’existe pas").format(name=name)
    return _("{said} ; proche : {near}").format(said=said, near=near) if near else said


def _plainly(message: str) -> str:
    if found := re.match(r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", message):
        return _("« {extra} » est de trop").format(extra=found[1])
    if message.startswith("Missing command"):
        return _("Il manque la commande")
    return message.rstrip(".")
