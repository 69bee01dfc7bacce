"""Many runs as one page of HTML that needs nothing beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from stsconf.report.compared import described
from stsconf.report.matrix import Matrix, sign, statement
from stsconf.report.tally import Outcome

_STYLE = """
:root { color-scheme: light dark; --line: light-dark(#d5d9e0, #3a404b); --head: light-dark(#f3f4f7, #22262e);
  --passed: light-dark(#2f7d4f, #7fd1a0); --failed: light-dark(#b3261e, #ff9d93);
  --inconclusive: light-dark(#8a5a00, #ffc766); --quiet: light-dark(#5a6270, #a2abb9); }
body { font: 15px/1.45 system-ui, sans-serif; margin: 0 auto; padding: 1rem; max-width: 75rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; } caption { text-align: left; padding: .5rem 0; color: var(--quiet); }
th, td { border: 1px solid var(--line); padding: .25rem .5rem; text-align: left; vertical-align: top; }
thead th { background: var(--head); position: sticky; top: 0; }
tbody th { font-weight: 600; white-space: nowrap; background: var(--head); position: sticky; left: 0; }
td.o { text-align: center; font-weight: 600; color: var(--quiet); white-space: nowrap; }
td.passed { color: var(--passed); } td.failed { color: light-dark(#fff, #16181d); background: var(--failed); }
td.inconclusive { color: var(--inconclusive); } .note { color: var(--inconclusive); }
@media print { thead th, tbody th { position: static; } }
"""


def html(many: Matrix) -> str:
    """Return the page: the runs, the guarantees that were not kept in all of them, and those that were."""
    title = f"StatefulSets: {len(many.runs)} runs"
    heads = [f"<abbr title='{escape(described(run))}'>{number}</abbr>" for number, run in enumerate(many.runs, 1)]
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title}</title><style>{_STYLE}</style></head><body><main>",
            f"<h1>{title}</h1>",
            f"<ol>{''.join(f'<li>{escape(described(run))}</li>' for run in many.runs)}</ol>",
            *(f'<p class="note">{escape(note)}</p>' for note in many.notes),
            f"<h2>Not kept in every run ({len(many.eventful)})</h2>",
            _table(heads, many.eventful.items()) if many.eventful else "<p>None.</p>",
            f"<h2>Kept in every run ({len(many.kept)})</h2>",
            f"<dl>{''.join(f'<dt>{escape(id_)}</dt><dd>{escape(statement(id_))}</dd>' for id_ in many.kept)}</dl>",
            "</main></body></html>\n",
        ]
    )


def _table(heads: Sequence[str], rows: Iterable[tuple[str, Sequence[Outcome | None]]]) -> str:
    columns = "".join(f'<th scope="col">{head}</th>' for head in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(id_)}</th><td>{escape(statement(id_))}</td>{"".join(map(_cell, row))}</tr>'
        for id_, row in rows
    )
    caption = "How each guarantee stood, by the number of the run: as badly as the worst check that names it."
    return (
        '<div class="wide" tabindex="0" role="region" aria-label="Guarantees by run">'
        f"<table><caption>{caption}</caption>"
        f'<thead><tr><th scope="col">Guarantee</th><th scope="col">What it is</th>{columns}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _cell(outcome: Outcome | None) -> str:
    if outcome is None:
        return '<td class="o"><abbr title="no check of it was made">&nbsp;</abbr></td>'
    shown = "✓" if outcome is Outcome.PASSED else sign(outcome)
    return f'<td class="o {escape(outcome.value)}"><abbr title="{escape(outcome.value)}">{shown}</abbr></td>'
