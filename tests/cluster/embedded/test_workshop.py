"""Building the StatefulSet controller from changed sources; doing so for real is the business of `stsconf mutants`."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from stsconf.cluster.embedded import workshop
from stsconf.cluster.embedded.workshop import CURRENT, Built, NotBuilt, Release, Workshop, ensure_controller
from stsconf.errors import StsconfError
from tests.cluster.embedded.stub_toolchain import FILES, Toolchain

CONTROL = "stateful_set_control.go"


@pytest.fixture
def go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Toolchain:
    """Put the stub on PATH."""
    toolchain = Toolchain(tmp_path / "go")
    monkeypatch.setenv("PATH", f"{toolchain.folder}:/usr/bin:/bin")
    return toolchain


def prepare(folder: Path, release: Release = CURRENT) -> Workshop:
    """Make a workshop in a folder."""
    return Workshop.prepare(folder / "workshop", folder / "cache", print, release)


@pytest.fixture
def shop(tmp_path: Path, go: Toolchain) -> Workshop:  # noqa: ARG001 -- what it builds with
    """Return a workshop."""
    return prepare(tmp_path)


def build(shop: Workshop, out: Path, **lines: str) -> str:
    """Build with a line added to files, and return the sum."""
    sources = shop.sources()
    changes = {f"stateful_{part}.go": sources[f"stateful_{part}.go"] + line.encode() for part, line in lines.items()}
    built = shop.build(changes, out)
    assert isinstance(built, Built)
    assert built.binary == out
    return built.sum


class TestBuild:
    """Tests for `Workshop.build`."""

    def test_sources_are_those_of_the_release(self, shop: Workshop, go: Toolchain) -> None:
        """Tests and our own lines are none of the controller's."""
        assert shop.sources() == {
            f"stateful_{part}.go": (go.package / f"stateful_{part}.go").read_bytes() for part in FILES
        }

    def test_the_control_is_the_same_each_time(self, shop: Workshop, tmp_path: Path) -> None:
        """In the same workshop and in another."""
        other = Workshop.prepare(tmp_path / "other", tmp_path / "cache", print)
        sums = {build(shop, tmp_path / "one"), build(shop, tmp_path / "two"), build(other, tmp_path / "three")}
        assert len(sums) == 1

    def test_a_change_makes_a_difference_once(self, shop: Workshop, tmp_path: Path) -> None:
        """And none to what is built after it."""
        before = build(shop, tmp_path / "out")
        assert build(shop, tmp_path / "out", set="var y = 2\n") != before
        assert build(shop, tmp_path / "out") == before

    def test_several_files_can_be_changed(self, shop: Workshop, tmp_path: Path) -> None:
        """All changes are in the binary, which can take a former one's place."""
        build(shop, tmp_path / "out", set="var y = 2\n", set_utils="var z = 3\n")
        text = (tmp_path / "out").read_text()
        assert ("var y = 2" in text, "var z = 3" in text, text.count("var x = 1")) == (True, True, 5)

    def test_the_compiler_says_what_is_wrong(self, shop: Workshop, tmp_path: Path) -> None:
        """With the line as it stands in the source, and no binary."""
        changes = {CONTROL: b"package statefulset\n" + b"WRONG\n" * 5}
        expected = "\n".join(f"{CONTROL}:{line}:1: undefined: WRONG" for line in (2, 3, 4))
        assert shop.build(changes, tmp_path / "out") == NotBuilt(expected)
        assert not (tmp_path / "out").exists()

    def test_a_compiler_that_is_killed_refuses_nothing(self, shop: Workshop, tmp_path: Path) -> None:
        """A mutant would be dropped for want of memory."""
        with pytest.raises(StsconfError, match=r"building the StatefulSet controller of v1.37.1 failed\n.* ended with"):
            shop.build({CONTROL: b"CRASH\n"}, tmp_path / "out")

    def test_a_cache_that_was_cleaned_refuses_nothing(self, shop: Workshop, go: Toolchain, tmp_path: Path) -> None:
        """The sources are not to blame for what is missing."""
        (go.folder / "dependency.a").unlink()
        with pytest.raises(StsconfError, match="could not import it"):
            shop.build({}, tmp_path / "out")

    def test_a_disk_that_is_full(self, shop: Workshop, go: Toolchain, tmp_path: Path) -> None:
        """The linker meets it first."""
        (go.folder / "full").touch()
        with pytest.raises(StsconfError, match="the disk is full"):
            shop.build({}, tmp_path / "out")

    def test_a_file_of_another_package(self, shop: Workshop, tmp_path: Path) -> None:
        """It is refused and not left out."""
        with pytest.raises(StsconfError, match=r"has no file deployment.go"):
            shop.build({"deployment.go": b""}, tmp_path / "out")

    def test_nothing_is_left_on_the_bench(self, shop: Workshop, tmp_path: Path) -> None:
        """Hundreds of builds would fill the disk."""
        build(shop, tmp_path / "out")
        shop.build({CONTROL: b"WRONG"}, tmp_path / "out")
        assert list((tmp_path / "workshop" / "builds").iterdir()) == []


class TestPrepare:
    """Tests for `Workshop.prepare`."""

    def test_another_release_is_built_in_its_own_way(self, go: Toolchain, tmp_path: Path) -> None:
        """Its language and its settings are those of its go.mod, its flags those it needs with today's linker."""
        go.serves("v1.28.0")
        go.lists(language="1.20", settings="panicnil=1")
        release = Release("v1.28.0", CURRENT.modules, ("-checklinkname=0",))
        build(prepare(tmp_path, release), tmp_path / "out")
        assert all("-lang=go1.20 " in call for call in go.calls[:2])
        assert "-X=runtime.godebugDefault=panicnil=1 -checklinkname=0 " in go.calls[2]

    def test_the_sources_of_another_release(self, go: Toolchain, tmp_path: Path) -> None:
        """Mutants of one release say nothing about another."""
        go.serves("v1.28.0")
        with pytest.raises(StsconfError, match=r"is not the StatefulSet controller of v1.37.1\n.*asks for v1.28.0"):
            prepare(tmp_path)

    @pytest.mark.parametrize("change", ["gone", "empty", "more"])
    def test_a_package_that_looks_different(self, go: Toolchain, tmp_path: Path, change: str) -> None:
        """Whatever is not the five known files has to be looked at by a person."""
        if change == "gone":
            shutil.rmtree(go.package)
        elif change == "empty":
            (go.package / CONTROL).unlink()
        else:
            (go.package / "another.go").touch()
        with pytest.raises(StsconfError, match="does not look as expected"):
            prepare(tmp_path)

    def test_a_release_that_does_not_compile(self, go: Toolchain, tmp_path: Path) -> None:
        """The compiler's words are told, and not the packages that it was through with."""
        go.lists(failure="# k8s.io/features\nfeatures.go:1:1: undefined: X\nunsafe\t\t\t\nfmt\t/fmt.a\tx=1\t1.20\n")
        with pytest.raises(StsconfError) as told:
            prepare(tmp_path)
        assert str(told.value).splitlines() == [
            "building the StatefulSet controller of v1.37.1 failed",
            "# k8s.io/features / features.go:1:1: undefined: X",
            "is the go.mod complete?",
        ]

    def test_modules_that_cannot_be_fetched(self, go: Toolchain, tmp_path: Path) -> None:
        """It is told as for every other component."""
        go.lists(failure='Get "https://proxy.example/k8s.io": dial tcp: lookup failed\n')
        with pytest.raises(StsconfError, match="its Go modules cannot be fetched"):
            prepare(tmp_path)


class TestEnsureController:
    """Tests for `ensure_controller`."""

    def test_it_is_built_once(self, go: Toolchain, tmp_path: Path) -> None:
        """It is the control of all mutants, and nothing but it is kept."""
        first = ensure_controller(tmp_path / "cache", print)
        calls = len(go.calls)
        assert ensure_controller(tmp_path / "cache", print) == first
        assert (len(go.calls), first.read_text().count("var x = 1")) == (calls, 5)
        assert {path.name for path in first.parent.iterdir()} == {first.name, "SHA256SUMS", "STAMPS.json"}

    def test_a_former_release_has_a_place_of_its_own(self, go: Toolchain, tmp_path: Path) -> None:
        """Beside the current one, and built once as well."""
        current = ensure_controller(tmp_path / "cache", print)
        go.serves("v1.28.0")
        release = Release("v1.28.0", CURRENT.modules, ("-checklinkname=0",))
        former = ensure_controller(tmp_path / "cache", print, release)
        calls = len(go.calls)
        assert ensure_controller(tmp_path / "cache", print, release) == former
        assert len(go.calls) == calls
        assert former.parent.name.startswith("statefulset-controller-v1.28.0-")
        assert current.is_file()

    def test_sources_that_the_compiler_refuses(self, go: Toolchain, tmp_path: Path) -> None:
        """As released they are fine, so that they are not as released."""
        (go.package / CONTROL).write_text("WRONG\n")
        with pytest.raises(StsconfError, match="is the Go module cache damaged"):
            ensure_controller(tmp_path / "cache", print)


PLAIN = "package main\nfunc main() { if f() < 2 { panic(1) }; println() }\nfunc f() int { return 3 }\n"
SPREAD = (
    "// Comment.\npackage main\n\n// main\nfunc main() {\n\nif f() < 2 {\n\npanic(1) }\n\n\nprintln() }\n"
    "func f() int {\n// nothing\nreturn 3 }\n"
)


@pytest.mark.skipif(not shutil.which("go"), reason="the suite fetches a Go where there is none; tests do not")
def test_lines_do_not_show_in_what_is_built(tmp_path: Path) -> None:
    """The true compiler makes the same of two sources that differ in comments and lines, and of no others."""
    (tmp_path / "go.mod").write_text("module one\n\ngo 1.26\n")

    def built(source: str) -> bytes:
        (tmp_path / "x.go").write_bytes(workshop._without_positions("x.go", source.encode()))  # noqa: SLF001 -- its point
        command = ["go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-o", "one", "."]
        subprocess.run(command, cwd=tmp_path, check=True, env=os.environ | {"GOFLAGS": "", "CGO_ENABLED": "0"})
        return (tmp_path / "one").read_bytes()

    plain = built(PLAIN)
    assert built(SPREAD) == plain
    assert built(PLAIN.replace("<", ">")) != plain
