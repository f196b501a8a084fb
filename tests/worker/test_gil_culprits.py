"""A module that switches the GIL on is named, whatever else is imported and whoever silences the warning."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.worker import extension

pytestmark = [
    pytest.mark.skipif("t" not in sys.abiflags, reason="only a free-threaded build can switch its GIL on"),
    pytest.mark.skipif(extension.compiler() is None, reason="there is no C compiler to build an extension with"),
]

HERE = "import sys\nfrom pathlib import Path\nsys.path.append(str(Path(__file__).parent))\nJOBS = [1]\ndef run(job): return job\n"
WHOLE: dict[str, Any] = {"task": "culprits", "module": None, "folders": []}


def test_a_module_that_does_not_declare_support_is_named(send: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    extension.build(tmp_path, "undeclared")
    done = send(HERE + "import undeclared", **WHOLE)["done"]

    assert done["switched_on"]
    assert done["named"] == [{"module": "undeclared", "distribution": None}]
    assert "undeclared" in done["extensions"]
    assert not set(done["extensions"]) & sys.stdlib_module_names, "the standard library's declare it"


def test_a_module_that_a_resource_imports_is_named_too(send: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    extension.build(tmp_path, "undeclared")
    source = """
from contextlib import contextmanager
@contextmanager
def resource():
    import undeclared
    yield
"""
    assert [culprit["module"] for culprit in send(HERE + source, **WHOLE)["done"]["named"]] == ["undeclared"]


def test_a_module_is_named_by_itself_where_the_warning_was_silenced(
    send: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    extension.build(tmp_path, "undeclared")
    (tmp_path / "silent.py").write_text("import warnings\nwarnings.simplefilter('ignore')\nimport undeclared\n")
    whole = send(HERE + "import silent", **WHOLE)["done"]
    order = {**WHOLE, "module": "silent", "folders": whole["folders"]}

    assert (whole["switched_on"], whole["named"]) == (True, [])
    assert [culprit["module"] for culprit in send("", **order)["done"]["named"]] == ["silent"]


def test_a_workload_of_pure_python_has_no_culprit(send: Callable[..., dict[str, Any]]) -> None:
    done = send(HERE, **WHOLE)["done"]

    assert (done["switched_on"], done["named"]) == (False, [])
