"""The two libraries of the page, as text: Vega with Vega-Lite and Vega-Embed for plots, DataTables for tables.

Both are inside packages that are installed here (vl-convert-python, itables), so nothing is fetched.
"""

import os
import re
import sys
import tempfile
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import vl_convert

from harness.report.pictures.vega import VEGA_LITE


def vega() -> str:
    """Return a script that sets `window.vegaEmbed`.

    Bundling takes longer than the rest of the report, so the bundle is kept in the environment it was made by.
    """
    name = f"vega-{version('vl-convert-python')}-{VEGA_LITE}.js"
    kept = Path(sys.prefix) / "share" / "free-threading-harness" / name
    try:
        return kept.read_text(encoding="utf-8")
    except OSError:
        made = _safe(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", VEGA_LITE))
    _keep(kept, made)
    return made


def tables() -> str:
    """Return a script that sets `window.jQuery`, which brings DataTables."""
    script = files("itables").joinpath("html/dt_bundle.js").read_text(encoding="utf-8")
    # It is a module that others import; in a page it stands alone.
    exported = re.search(r"export\s*\{([^}]*)\};?", script)
    name = re.search(r"([\w$]+) as jQuery", exported[1]) if exported else None
    if exported is None or name is None:
        message = "itables' bundle exports no jQuery; its version is not the one that constraints.txt pins"
        raise RuntimeError(message)
    return _safe(f"{script[: exported.start()]};window.jQuery={name[1]};{script[exported.end() :]}")


def _safe(script: str) -> str:
    """A script must not end where it only speaks of its own end."""
    return script.replace("\r", "").replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _keep(path: Path, text: str) -> None:
    """Written at once, because another report may be reading it; a folder that is read-only keeps nothing."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except OSError:
        return
