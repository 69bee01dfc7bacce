"""The types of arguments, from declarations."""

from __future__ import annotations

from stsconf.mutants.signatures import signatures
from stsconf.mutants.syntax import parse

CODE = b"""package p

func plain(a, b int, c ...string) {}
func (x *T) method(set *S) error { return nil }
type I interface { asked(namespace, name string) error }
func (a A) Less(i int) bool { return true }
func (b B) Less(i string) bool { return true }
"""


def test_functions_methods_and_interfaces_are_known() -> None:
    """Each parameter has its type, also where several share one."""
    known = signatures([parse("p.go", CODE)])
    assert known["plain"] == ("int", "int", "...string")
    assert known["method"] == ("*S",)
    assert known["asked"] == ("string", "string")


def test_methods_that_differ_are_not_known() -> None:
    """Where the receiver decides, the name alone says nothing."""
    assert "Less" not in signatures([parse("p.go", CODE)])


def test_files_make_one_package() -> None:
    """A function of one file is called in another."""
    sources = [parse("p.go", b"package p\nfunc one(a int) {}"), parse("q.go", b"package p\nfunc two(a int) {}")]
    assert {"one", "two"} <= signatures(sources).keys()
