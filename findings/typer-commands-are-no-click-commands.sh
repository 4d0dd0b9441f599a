#!/usr/bin/env bash
# typer 0.29.2: what typer.main.get_command(app) returns is no click.Command, and its group no click.Group,
# though click 8 is installed too and the classes have the same names and attributes. typer brings a copy
# of click of its own (typer._click).
#
# Tools that document, complete or test command lines take click commands and ask isinstance, and
# get_command was the way from one to the other. They now say that there is no command, or skip it in
# silence; a click.Context cannot be made of it either. What helps: the classes of typer.core (TyperGroup,
# TyperCommand) and typer.Context.
#
# Output seen:
#   click.Group: False, click.Command: False, TyperGroup: True
#   bases: typer.core.TyperGroup, typer._click.core.Command
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: typer==0.29.2 click==8.5.1
"$work/venv/bin/python" - <<'PYTHON'
import click
import typer
from typer.core import TyperGroup

app = typer.Typer()


@app.command()
def read(): ...


@app.command()
def write(): ...


group = typer.main.get_command(app)
seen = [isinstance(group, each) for each in (click.Group, click.Command, TyperGroup)]
print(f"click.Group: {seen[0]}, click.Command: {seen[1]}, TyperGroup: {seen[2]}")
bases = [f"{each.__module__}.{each.__name__}" for each in type(group).__mro__[:2]]
print("bases:", ", ".join(bases))
assert seen == [False, False, True], "the behaviour has changed"
assert bases == ["typer.core.TyperGroup", "typer._click.core.Command"], "the behaviour has changed"
PYTHON
