"""What is pure Python in one environment and compiled elsewhere is built for it, and a failing build stops nothing.

A small program stands in for uv, which needs an index: to the driver it offers compiled wheels of all but `plain`, and
of what it shall build only `fast` and `zope.fast` get compiled. It calls the latter by that name in metadata alone.
"""

import sys
import venv
from pathlib import Path

import pytest

from harness.experiment.plan import compiled_dependencies
from harness.experiment.plan.descriptions import distributions

UV = """
import sys
from pathlib import Path
from pathlib import Path

words = sys.argv[3:]
command, python = words[0], Path(words[words.index("--python") + 1])
names = [word for word in words if "==" in word]
dotted = lambda name: name.replace("zope-fast", "zope.fast")
if "--target" in words:
    folder = Path(words[words.index("--target") + 1])
    compiled = [name for name in names if not name.startswith("plain")]
else:
    folder = next(python.parents[1].glob("lib/*/site-packages"))
    compiled = [name for name in names if "--no-binary" in words and name.startswith(("fast", "zope"))]
if command == "uninstall":
    next(folder.glob(words[-1] + "-*/WHEEL")).unlink()
if "--no-binary" in words and names[0].startswith("broken"):
    sys.exit("Failed to build\\n  core.c:26:2: error: #error \\"too old\\"\\n  core.c:30:1: error: more")
for name in names:
    info = folder / (name.replace("==", "-") + ".dist-info")
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\\nName: %s\\nVersion: %s\\n" % tuple(dotted(name).split("==")))
    (info / "WHEEL").write_text("Tag: " + ("cp313-cp313t-linux_x86_64" if name in compiled else "py3-none-any") + "\\n")
"""


@pytest.fixture
def uv(tmp_path: Path) -> list[str]:
    script = tmp_path / "uv.py"
    script.write_text(UV)
    return [sys.executable, str(script)]


@pytest.fixture
def python(tmp_path: Path, uv: list[str]) -> Path:
    venv.create(tmp_path / "env")
    python = tmp_path / "env" / "bin" / "python"
    compiled_dependencies.install(uv, python, "fast==1.0", "lazy==2.0", "broken==3.0", "plain==4.0", "zope-fast==5.0")
    return python


def test_what_other_interpreters_get_compiled_is_built_or_stays_with_a_reason(uv: list[str], python: Path) -> None:
    assert list(compiled_dependencies.match(uv, python)) == [
        'broken 3.0 stays pure Python: its source distribution does not build (#error "too old").',
        "fast 1.0 has no compiled wheel here, so it was built from its source distribution.",
        "lazy 2.0 stays pure Python: its source distribution compiles nothing by default.",
        "zope-fast 5.0 has no compiled wheel here, so it was built from its source distribution.",
    ]
    assert {(installed.name, installed.version, installed.compiled) for installed in distributions(python)} == {
        ("fast", "1.0", True),
        ("lazy", "2.0", False),
        ("broken", "3.0", False),
        ("plain", "4.0", False),
        ("zope-fast", "5.0", True),
    }


def test_without_an_index_everything_stays_as_it_is(python: Path) -> None:
    offline = [sys.executable, "-c", "import sys; sys.exit('error: no route to the index')"]

    assert list(compiled_dependencies.match(offline, python)) == [
        "Could not ask the package index which dependencies have compiled wheels elsewhere, so they stay as they are. "
        "Check the network, or use --dependencies wheels."
    ]


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("Using Python 3.13.5\n  x.c:2:1: error: no GIL.\n  x.c:3:1: error: more", " (no GIL)"),
        ("  Build failed\n  RuntimeError: not for free threading\n", " (RuntimeError: not for free threading)"),
        ("Using Python 3.13.5 environment at: .nox\nerror: Failed to build", ""),
    ],
)
def test_a_line_of_uv_s_own_is_no_reason(output: str, reason: str) -> None:
    assert compiled_dependencies.reason(output) == reason


def test_wheels_are_left_as_they_are_offered(uv: list[str], python: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert compiled_dependencies.main([uv[0], str(python), "--dependencies", "wheels"]) == 0
    assert capfd.readouterr().out == ""
