"""Who reads which variable."""

from __future__ import annotations

import pytest

from stsconf.mutants.names import Names, Orphans
from stsconf.mutants.syntax import parse

HEAD = 'package p\nimport (\n"a/errors"\nshort "b/long"\n"c/klog/v2"\n)\nvar _ = klog.Info\n'


def orphans(body: str, gone: str, after: str = "") -> Orphans:
    """Ask who loses the last reader when some text of a function goes."""
    code = f"{HEAD}func f(given int) {{\n{body}\n}}\n"
    start = code.rindex(gone)
    return Names(parse("p.go", code.encode()).root).orphans(start, start + len(gone), after)


@pytest.mark.parametrize(
    ("body", "gone", "expected"),
    [
        ("x := 1; use(x)", "use(x)", ("x",)),
        ("x := 1; use(x); use(x)", "use(x)", ()),
        ("use(given)", "use(given)", ()),
        ("x := 1; x = 2; use(x)", "use(x)", ("x",)),
        ("x := 1; x += 2; use(x)", "use(x)", ()),
        ("x := 1; x = x + 2", "x = x + 2", ("x",)),
        ("var x T; x.f = 2; use(x)", "use(x)", ()),
        ("x := 1; if x := 2; x > 1 { use(x) }; use(x)", "use(x)", ("x",)),
        ("for _, x := range given { use(x) }", "use(x)", ("x",)),
        ("x := 1; func(x int) { use(x) }(x)", "use(x)", ()),
        ("x := 1; use(T{x: 1}, x)", "use(T{x: 1}, x)", ("x",)),
        ("const x = 1; use(x)", "use(x)", ()),
        ("given, x := 1, 2; use(given, x)", "use(given, x)", ("x",)),
        ("{ x := 1; use(x) }", "{ x := 1; use(x) }", ()),
        ("switch { case a: x := 1; use(x) }", "use(x)", ("x",)),
    ],
)
def test_variables_without_a_reader_are_named(body: str, gone: str, expected: tuple[str, ...]) -> None:
    """Reads count, plain writes do not; another variable of the same name is another; parameters need no reader."""
    assert orphans(body, gone).variables == expected


def test_what_stays_in_the_new_text_is_read_there() -> None:
    """A name that comes back loses nobody."""
    assert orphans("x := 1; use(x)", "use(x)", "other(x)") == Orphans((), ())


@pytest.mark.parametrize(
    ("body", "gone", "expected"),
    [
        ("errors.New()", "errors.New()", ("errors",)),
        ("short.New()", "short.New()", ("short",)),
        ("klog.Info()", "klog.Info()", ()),
        ("errors.New(); var x errors.T; use(x)", "errors.New()", ()),
        ("unknown.New()", "unknown.New()", ()),
    ],
)
def test_packages_without_a_use_are_named(body: str, gone: str, expected: tuple[str, ...]) -> None:
    """By the name that the file knows them by; types are a use, the import itself is none."""
    assert orphans(body, gone).packages == expected
