"""`osdlint labels`: the label set with meanings and OSD status."""

from typing import Annotated

import typer

from classifier.cli.output import TextOrJson, result_console, write
from classifier.render.escape import dump_json


def labels(
    group: Annotated[str | None, typer.Argument(help="Only this group, for example `restriction`.")] = None,
    *,
    output_format: Annotated[TextOrJson, typer.Option("--format", "-f")] = TextOrJson.text,
) -> None:
    """List the labels: what each means and what the Open Source Definition says to it.

    Examples:
    `osdlint labels`

    `osdlint labels restriction --format json`
    """
    from classifier.errors import UsageError
    from classifier.labels import load_labels
    from classifier.osd import load_definition

    label_set, definition = load_labels(), load_definition()
    groups = [g for g in label_set.groups if group in (None, g.id)]
    if not groups:
        raise UsageError(f"{group}: no such group; there are {', '.join(g.id for g in label_set.groups)}")
    rows: list[dict[str, object]] = []
    for label in label_set.labels:
        if label.group in {g.id for g in groups}:
            osd = [
                {"criterion": r.criterion, "status": r.status, "reason": r.reason}
                for r in definition.rules_of(label.id)
            ]
            rows.append({"id": label.id, "title": label.title, "meaning": label.meaning, "osd": osd})
    if output_format is TextOrJson.json:
        write(dump_json(rows))
    else:
        _print_table(rows)


def _print_table(rows: list[dict[str, object]]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for column in ("Label", "OSD", "Meaning"):
        table.add_column(column, no_wrap=column == "Label")
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in (row["id"], _osd_cell(row["osd"]), row["meaning"])))
    result_console(140).print(table)


def _osd_cell(rules: object) -> str:
    if not isinstance(rules, list) or not rules:
        return "allowed"
    criteria = ", ".join(str(rule["criterion"]) for rule in rules if rule["criterion"])
    return f"{rules[0]['status']} {criteria}".strip()
