"""The house rules that no linter knows. Beside each stands the proof that it can fail.

The same limits hold for the package, the checks, the apps and these tests. Docstrings elsewhere are ruff's business.
"""

import ast
import io
import re
import socket
import subprocess
import tokenize
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "stsconf"
TOOLS = ROOT / "tools"
CODE = ("src", "conformance", "apps", "tests", "tools")

FILE_LINES = 400
FUNCTION_LINES = 40

# Modules without a test file of their own name, each with the tests that hold it to its word.
UNMIRRORED: dict[str, str] = {}

# Hosts a reader may be sent to. Anything else in a URL is a machine of ours that nobody outside can reach.
PUBLIC_HOSTS = re.compile(
    r"""(?: (?:[\w-]+\.)* (?: kubernetes\.io | k8s\.io | github\.com | apache\.org | w3\.org | python\.org
          | json-schema\.org | rfc-editor\.org | coredns\.io | etcd\.io | containerd\.io | pytest\.org )
      | (?:[\w-]+\.)* (?: example | test | invalid | local | localhost ) (?: \.com )?
      | [\w-]+                       # a Service, or this machine
      | [\d.]+ | \[ [\da-f:]+ \]     # an address: tests bind loopback, clusters live in networks of their own
    ) (?: :\d+ )?""",
    re.VERBOSE,
)
URL_HOST = re.compile(r"https?://([^\s/\"'`<>()|\\?#,;]+)")
SECRETS_AND_PATHS = {
    "a path of one machine": re.compile(r"(?<![\w.~}])/(?:work|root|home/(?!me/)\w+)/"),
    # with a comma behind it, docker's is a package of Debian's in a list
    "an image registry": re.compile(r"\b(?:docker(?!\.io,)|quay|gcr|ghcr)\.io\b|\bregistry\.[\w-]+\.[a-z]+\b"),
    "a package index": re.compile(r"--(?:extra-)?index-url[ =]|--find-links[ =]|\bGOPROXY=\"?https?:"),
    "a token": re.compile(
        r"\bgh[opsru]_\w{20}|\bglpat-\w{10}|\bxox[abp]-\w{8}|\bAKIA[A-Z0-9]{12}|\beyJ[\w-]{20,}\.eyJ"
        r"|-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[\w+/]{30}"
    ),
}

SUPPRESSION = re.compile(r"#\s*(?:noqa|type:\s*ignore|ruff:|mypy:|fmt:|pragma:|flake8:|isort:)", re.IGNORECASE)
# What a suppression looks like: the rule, then the reason in words.
REASONED = re.compile(
    r"# (?:noqa: [A-Z]+\d+(?:, [A-Z]+\d+)*|type: ignore\[[a-z-]+(?:, [a-z-]+)*\])"
    r"(?:  # noqa: [A-Z]+\d+)?\W+\w+\W+\w+"
)

Rule = Callable[[str], list[str]]


# ---------------------------------------------------------------------------------------------------- the rules
def long_files(text: str) -> list[str]:
    """Name a file that has outgrown what one reads in one go."""
    lines = text.count("\n")
    return [f"{lines} lines, at most {FILE_LINES}"] if lines > FILE_LINES else []


def functions(text: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Find every function and method of a module, nested ones too."""
    return (n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def long_functions(text: str) -> list[str]:
    """Name the functions that do more than one thing, measured by their length without decorators."""
    lengths = {f.name: (f.end_lineno or f.lineno) - f.lineno + 1 for f in functions(text)}
    return [f"{name}: {n} lines, at most {FUNCTION_LINES}" for name, n in lengths.items() if n > FUNCTION_LINES]


def asserts(node: ast.AST) -> bool:
    """Tell whether a node can turn a test red: an assertion on something that varies, or a call made to fail."""
    if isinstance(node, ast.Assert):
        return not isinstance(node.test, ast.Constant)
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name in {"expect", "expect_always", "raises"} or name.startswith("assert_")


def silent_tests(text: str) -> list[str]:
    """Name the tests that do not say what they show, or cannot show it."""
    tests = [f for f in functions(text) if f.name.startswith("test_")]
    wordless = [f"{t.name}: no docstring" for t in tests if not ast.get_docstring(t)]
    toothless = [f"{t.name}: no assertion" for t in tests if not any(map(asserts, ast.walk(t)))]
    return wordless + toothless


def bare_suppressions(text: str) -> list[str]:
    """Name the comments that silence a tool without naming the rule and the reason."""
    comments = [t for t in tokenize.generate_tokens(io.StringIO(text).readline) if t.type == tokenize.COMMENT]
    return [
        f"line {t.start[0]}: {t.string}"
        for t in comments
        if SUPPRESSION.search(t.string) and not REASONED.search(t.string)
    ]


def leaks(text: str) -> list[str]:
    """Name what belongs to one machine or one person and is nothing to a reader."""
    found = [f"{name}: {m.group()[:40]}" for name, shape in SECRETS_AND_PATHS.items() for m in shape.finditer(text)]
    hosts = [m.group(1) for m in URL_HOST.finditer(text)]
    return found + [f"an unknown host: {h}" for h in hosts if not re.search(r"[{%$]|\[:[a-z]", h) and not public(h)]


def public(host: str) -> bool:
    """Tell whether a URL's host is documentation, an example or this machine."""
    return PUBLIC_HOSTS.fullmatch(host.rstrip(".:*")) is not None


def without_tests(modules: list[str], tests: list[str], excused: dict[str, str]) -> list[str]:
    """Name the modules that lack `tests/<folder>/test_<module>.py`, and the excuses that no longer hold."""
    mirrors = {m: str(Path(m).with_name(f"test_{Path(m).name}")) for m in modules}
    missing = {m for m, mirror in mirrors.items() if mirror not in tests}
    return sorted(f"{m}: no tests/{mirrors[m]}" for m in missing - excused.keys()) + sorted(
        f"{m}: excused for nothing" for m in excused.keys() - missing
    )


# ------------------------------------------------------------------------------------------- held against the tree
def tracked() -> list[Path]:
    """List the files of this checkout that are, or are about to be, committed."""
    git = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(git, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def python_files() -> list[Path]:
    """List the tracked Python files that the budgets hold for."""
    return [f for f in tracked() if f.suffix == ".py" and f.relative_to(ROOT).parts[0] in CODE]


def complaints(rule: Rule, files: list[Path]) -> list[str]:
    """Hold one rule against files; binary ones have nothing to read."""
    assert files, "no files found: the rule was held against nothing"
    texts = {f: f.read_bytes().decode("utf-8", "ignore") for f in files}
    return [f"{f.relative_to(ROOT)}: {complaint}" for f, text in texts.items() for complaint in rule(text)]


@pytest.mark.parametrize("rule", [long_files, long_functions, silent_tests, bare_suppressions])
def test_python_keeps_the_rule(rule: Rule) -> None:
    """Every Python file of the package, the checks, the apps and the tests keeps the rule."""
    assert complaints(rule, python_files()) == []


def test_nothing_leaks() -> None:
    """No tracked file names a machine's path, a registry, a private host or a token."""
    assert complaints(leaks, tracked()) == []


def test_every_module_has_its_tests() -> None:
    """The tests mirror the package, so that one finds a module's tests by its name."""
    code = [f for f in tracked() if f.suffix == ".py"]
    modules = [str(f.relative_to(PACKAGE)) for f in code if f.is_relative_to(PACKAGE)]
    modules += [str(f.relative_to(ROOT)) for f in code if f.is_relative_to(TOOLS)]
    tests = [str(f.relative_to(ROOT / "tests")) for f in tracked() if f.is_relative_to(ROOT / "tests")]
    named = [m for m in modules if not m.endswith("__init__.py")]
    assert named
    assert without_tests(named, tests, UNMIRRORED) == []


def test_inits_hold_no_code() -> None:
    """Packages' own files only re-export: code in them would escape the mirror."""
    inits = [f for f in python_files() if f.name == "__init__.py"]
    kinds = {f: {type(n) for n in ast.parse(f.read_text()).body} for f in inits}
    assert {str(f) for f, kind in kinds.items() if kind & {ast.FunctionDef, ast.ClassDef}} == set()


# ----------------------------------------------------------------------------------- the rules can fail, and can pass
DOCUMENTED = 'def test_it():\n    """Shows it."""\n    '


@pytest.mark.parametrize(
    ("rule", "bad", "good"),
    [
        pytest.param(long_files, "x\n" * (FILE_LINES + 1), "x\n" * FILE_LINES, id="file-budget"),
        pytest.param(
            long_functions,
            "def f():\n" + "    pass\n" * FUNCTION_LINES,
            "def f():\n" + "    pass\n" * (FUNCTION_LINES - 1),
            id="function-budget",
        ),
        pytest.param(
            long_functions,
            "class A:\n    async def f():\n" + "        pass\n" * FUNCTION_LINES,
            "class A:\n" + "    x = 1\n" * FUNCTION_LINES,
            id="method-budget",
        ),
        pytest.param(silent_tests, "def test_it():\n    assert f()\n", DOCUMENTED + "assert f()", id="no-docstring"),
        pytest.param(silent_tests, DOCUMENTED + "f()", DOCUMENTED + "expect(h, f)", id="no-assertion"),
        pytest.param(silent_tests, DOCUMENTED + "assert True", DOCUMENTED + "assert x", id="constant-assertion"),
        pytest.param(
            silent_tests, DOCUMENTED + "f(x)", DOCUMENTED + "with pytest.raises(E): f()", id="expected-exception"
        ),
        pytest.param(bare_suppressions, "f()  # no" + "qa\n", "f()  # noqa: S104 binds in a pod\n", id="blanket-noqa"),
        pytest.param(bare_suppressions, "f()  # noqa: S104\n", '"# noqa"\n', id="noqa-without-reason"),
        pytest.param(
            bare_suppressions,
            "f()  # type: " + "ignore  # the stub is wrong\n",
            "f()  # type: ignore[misc]  # the stub is wrong\n",
            id="blanket-type-ignore",
        ),
        pytest.param(bare_suppressions, "# ruff" + ": noqa: S104 all over\n", "# ruff is fast\n", id="whole-file"),
        pytest.param(leaks, "see /" + "work/x", "/var/work/x ./work/ ~/work/ /home/me/x", id="machine-path"),
        pytest.param(leaks, "image: docker" + ".io/x", "image: kubia:v1", id="image-registry"),
        pytest.param(leaks, "image: registry" + ".acme.dev/x", "registry.py", id="private-registry"),
        pytest.param(leaks, "--index" + "-url x", "--no-emit-index-url", id="package-index"),
        pytest.param(leaks, "gh" + "p_" + "a" * 36, "ghp_", id="token"),
        pytest.param(
            leaks, "https://mirror" + ".acme.dev/x", "https://kubernetes.io/ http://[::1]:80 http://web-0", id="host"
        ),
        pytest.param(
            leaks,
            "https://evil" + "github.com/x",
            "http://{host}/ https://127.0.0.1:6443 http://host[:port]",
            id="host-suffix",
        ),
    ],
)
def test_rule_tells_bad_from_good(rule: Rule, bad: str, good: str) -> None:
    """Each rule complains once about what it is there for, and lets its nearest good neighbour pass."""
    assert len(rule(bad)) == 1
    assert rule(good) == []


@pytest.mark.parametrize(
    ("tests", "excused", "expected"),
    [
        (["kube/test_watch.py"], {}, []),
        (["test_watch.py"], {}, ["kube/watch.py: no tests/kube/test_watch.py"]),
        ([], {"kube/watch.py": "met by the record's tests"}, []),
        (["kube/test_watch.py"], {"kube/watch.py": "stale"}, ["kube/watch.py: excused for nothing"]),
    ],
    ids=["mirrored", "elsewhere", "excused", "stale-excuse"],
)
def test_mirror_rule_tells_missing_from_excused(tests: list[str], excused: dict[str, str], expected: list[str]) -> None:
    """A module without its test file is named unless it is excused, and an excuse must be needed."""
    assert without_tests(["kube/watch.py"], tests, excused) == expected


def test_a_rule_held_against_nothing_is_an_error() -> None:
    """A rule that finds no files does not pass."""
    with pytest.raises(AssertionError, match="against nothing"):
        complaints(long_files, [])


def test_tests_cannot_reach_the_network() -> None:
    """A connection that leaves this machine is refused before a packet is sent."""
    with socket.socket() as outside, pytest.raises(RuntimeError, match=r"loopback only, not 192\.0\.2\.1"):
        outside.connect(("192.0.2.1", 443))
