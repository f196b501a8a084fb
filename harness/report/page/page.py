"""report.html: the view of report.md in a template of its own, with the data of its plots and downloads."""

import base64
import hashlib
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from harness.records import Experiment
from harness.report.markdown.view import view
from harness.report.page.data import embedded
from harness.report.page.interactive import interactive
from harness.report.page.markup import blocks, inline
from harness.report.page.matrix import matrices
from harness.report.page.raw import KINDS, strip_plot
from harness.report.page.vega_embed import vega_embed
from harness.report.pictures.drawings import drawings
from harness.report.pictures.vega import COLOURS, Spec
from harness.report.results import Results
from harness.report.sections.part import case_label
from harness.report.text.escape import one_line, plain
from harness.runs import PAGE, replacing

HERE = Path(__file__).parent
TEMPLATE = "report.html.jinja"
SCRIPTS = ("tables.js", "page.js")


def write_page(results: Results, run: Path) -> None:
    """Write report.html, which needs no other file of the run directory."""
    with replacing(run / PAGE) as file:
        file.write(page(results).encode())


def page(results: Results) -> str:
    """Return the page. Everything is escaped except the Markdown renderer's output, which lets no HTML through."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"inline": inline, "blocks": blocks, "plain": plain}
    scripts = (vega_embed(), *((HERE / name).read_text(encoding="utf-8") for name in SCRIPTS))
    specs = drawings(results)
    return environment.get_template(TEMPLATE).render(
        report=view(results, frozenset(specs)),
        matrices=matrices(results),
        cases=[
            f"{one_line(planned.case.workload)}: {case_label(planned.case)}" for planned in results.experiment.cases
        ],
        style=_trusted((HERE / "page.css").read_text(encoding="utf-8")),
        scripts=[_trusted(script) for script in scripts],
        hashes=[_hash(script) for script in scripts],
        data=_trusted(embedded(results, _more(results.experiment, specs))),
    )


def _more(experiment: Experiment, specs: dict[str, Spec]) -> dict[str, Any]:
    """Return what the script needs in addition to trials and contrasts."""
    arms = [arm.label for arm in experiment.arms]
    description = "A plot of the numbers in the table next to it"
    return {
        "arms": [
            {"label": label, "shown": one_line(label), "colour": COLOURS[number % len(COLOURS)]}
            for number, label in enumerate(arms)
        ],
        "modes": list(dict.fromkeys(planned.case.mode for planned in experiment.cases)),
        "cases": [planned.case for planned in experiment.cases],
        "kinds": KINDS,
        "pictures": {name: interactive(spec, experiment, description) for name, spec in specs.items()},
        "raw": strip_plot(experiment),
    }


def _trusted(text: str) -> Markup:
    return Markup(text)  # noqa: S704 - our own file, a library's, or JSON that `embedded` made safe


def _hash(script: str) -> str:
    """Return the hash that the page's policy has to name before a browser runs the script."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
