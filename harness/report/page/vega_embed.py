"""Vega-Embed with Vega and Vega-Lite, which draw the page's plots, as one script. It is made from vl-convert-python."""

import os
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import vl_convert

from harness.report.pictures.vega import VEGA_LITE


def vega_embed() -> str:
    """Return a script that sets `window.vegaEmbed`.

    Bundling takes longer than the rest of the report, so the script is kept in the environment that made it.
    """
    name = f"vega-{version('vl-convert-python')}-{VEGA_LITE}.js"
    stored = Path(sys.prefix) / "share" / "free-threading-harness" / name
    try:
        return stored.read_text(encoding="utf-8")
    except OSError:
        script = _safe(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", VEGA_LITE))
    _store(stored, script)
    return script


def _safe(script: str) -> str:
    """Escape what would end the script element that the script is put into."""
    return script.replace("\r", "").replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _store(path: Path, text: str) -> None:
    """Write in one step, because another report may be reading; a read-only environment stores nothing."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except OSError:
        return
