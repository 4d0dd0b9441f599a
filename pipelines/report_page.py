"""A report as one HTML page that needs nothing else."""

import html

from newsbeam.pipelines.report import Report, Section

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;max-width:68rem;margin:2rem auto;padding:0 1rem;
color:#1c2024}
h1{font-size:1.6rem;margin-bottom:0}p.meta{color:#60646c;margin-top:.2rem}
main{display:grid;grid-template-columns:repeat(auto-fit,minmax(24rem,1fr));gap:1.2rem;
align-items:start}
section{border:1px solid #e0e1e6;border-radius:.5rem;padding:.4rem 1rem 1rem;overflow-x:auto}
section.wide{grid-column:1/-1}h2{font-size:1.05rem}
table{border-collapse:collapse;width:100%}th{text-align:left;color:#60646c;font-weight:600}
td,th{padding:.15rem .6rem .15rem 0;border-bottom:1px solid #f0f0f3;overflow-wrap:anywhere}
td.n,th.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
td.bar{width:30%}td.bar i{display:block;height:.7rem;background:#3e63dd;border-radius:.2rem}
"""


def write_page(report: Report) -> str:
    """Return the report as one HTML page, without scripts; it loads nothing."""
    sections = "\n".join(_section(section) for section in report.sections)
    root, made_at = html.escape(report.root), f"{report.made_at:%Y-%m-%d %H:%M} UTC"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>newsbeam: {root}</title><style>{_STYLE}</style></head><body>"
        f'<h1>newsbeam</h1><p class="meta">{root}, {made_at}</p>'
        f"<main>{sections}</main></body></html>"
    )


def _section(section: Section) -> str:
    wide = ' class="wide"' if len(section.columns) > 3 else ""
    first_number = len(section.columns) - section.numbers
    with_bar = section.numbers == 1 and not wide
    most = max((row[-1] for row in section.rows if isinstance(row[-1], int)), default=0) or 1
    head = "".join(
        f'<th class="n">{html.escape(name)}</th>'
        if at >= first_number
        else f"<th>{html.escape(name)}</th>"
        for at, name in enumerate(section.columns)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f'<td class="n">{value:,}</td>'
            if at >= first_number and isinstance(value, int)
            else f"<td>{html.escape(str(value))}</td>"
            for at, value in enumerate(row)
        )
        + (
            f'<td class="bar"><i style="width:{100 * row[-1] / most:.1f}%"></i></td>'
            if with_bar
            else ""
        )
        + "</tr>"
        for row in section.rows
    )
    return (
        f"<section{wide}><h2>{html.escape(section.title)}</h2>"
        f"<table><tr>{head}{'<th></th>' if with_bar else ''}</tr>{body}</table></section>"
    )
