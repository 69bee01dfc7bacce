"""The images that clusters and scenarios use: what is in each, and writing them into the cache."""

import importlib.util
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from stsconf.cluster import images, nginx, rootfs
from stsconf.cluster.cache import ensure, key_of
from stsconf.cluster.embedded.build import Binaries
from stsconf.cluster.embedded.packages import Machine
from stsconf.cluster.images import DESCRIPTION, Entry, Image, Layer, folder, write_archive
from stsconf.cluster.target import Say
from stsconf.errors import StsconfError

PREFIX = "localhost/stsconf/"
"""What the names of all our images start with: no registry has them."""

PAUSE = f"{PREFIX}pause:1"
BUSYBOX = f"{PREFIX}busybox:1"
COREDNS = f"{PREFIX}coredns:1"
KUBIA = (f"{PREFIX}kubia:1", f"{PREFIX}kubia:2")
NGINX = (f"{PREFIX}nginx:1", f"{PREFIX}nginx:2")
OBSERVER = f"{PREFIX}observer:2"

_RECIPES = (images, rootfs, nginx)
_USER = f"{rootfs.UID}:{rootfs.UID}"
_ENV = {"PATH": "/usr/local/bin:/usr/sbin:/bin", "LD_LIBRARY_PATH": rootfs.LIBRARIES}
_PYTHON_ENV = _ENV | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"}
_ISOLATED = (rootfs.PYTHON, "-E", "-s", "-S", "-B", "-u")
"""No site module, no variables: both cost time at each start and let nothing in that an app needs."""


@dataclass(frozen=True)
class ImageArchives:
    """Where the archives are: `system` for what a cluster itself runs, `apps` for what scenarios deploy."""

    system: Path
    apps: Path


def ensure_images(binaries: Binaries, cache_dir: Path, say: Say) -> ImageArchives:
    """Write both archives unless the cache has them; StsconfError where a part cannot be had."""
    return ImageArchives(ensure_system_images(binaries, cache_dir, say), ensure_app_images(cache_dir, say))


def ensure_system_images(binaries: Binaries, cache_dir: Path, say: Say) -> Path:
    """Write the archive of what the embedded cluster itself runs, unless the cache has it."""
    parts = {name: binaries.path(name) for name in ("pause", "coredns")}
    shell = Machine.this().find("busybox")
    key = key_of(_recipe(), *(path.parent.name for path in parts.values()), _identity(shell) if shell else "")
    return _ensure_archive("system", key, partial(_system_images, parts), cache_dir, say)


def ensure_app_images(cache_dir: Path, say: Say) -> Path:
    """Write the archive of the apps that scenarios deploy, unless the cache has it; needs a checkout of the project."""
    machine = images.architecture()
    nginx_dir = nginx.ensure_nginx(cache_dir, Machine.this(), say)
    apps = {name: _app(name) for name in ("kubia", "observer")}
    sources = [path.read_bytes() for path in apps.values()]
    libraries = _identity(_dnspython() / "__init__.py")
    key = key_of(_recipe(), machine, sys.version, _identity(Path(sys.executable)), nginx_dir.name, libraries, *sources)
    return _ensure_archive("apps", key, partial(_app_images, apps, nginx_dir), cache_dir, say)


def _ensure_archive(name: str, key: str, make: Callable[[], Sequence[Image]], cache_dir: Path, say: Say) -> Path:
    """Return the archive of one name from the cache, made if it is not there."""

    def fill(folder: Path) -> None:
        say(f"writing the {name} images")
        write_archive(make(), folder / f"{name}.tar")

    return ensure(cache_dir / "images", name, key, fill, say) / f"{name}.tar"


def _system_images(parts: Mapping[str, Path]) -> list[Image]:
    """Return the images of the embedded cluster: static binaries, and a shell for the provisioner's helper pods."""
    shell = Layer.of(*rootfs.busybox(), *rootfs.accounts())

    def static(name: str, title: str, what_for: str) -> Image:
        layer = Layer.of(Entry(f"/{title}", parts[title], mode=0o755))
        return Image(name, [layer], [f"/{title}"], labels={DESCRIPTION: what_for})

    return [
        static(PAUSE, "pause", "holds a pod's namespaces open"),
        static(COREDNS, "coredns", "answers DNS questions in the cluster"),
        Image(
            BUSYBOX, [shell], ["/bin/sh"], env=_ENV, labels={DESCRIPTION: "the shell of the provisioner's helper pods"}
        ),
    ]


def _app_images(apps: Mapping[str, Path], nginx_dir: Path) -> list[Image]:
    """Return the images that scenarios deploy; two versions of an app differ in their configuration alone."""
    python = Layer.of(*rootfs.python(), *rootfs.accounts())
    kubia = Layer.of(Entry("/app/kubia.py", apps["kubia"]), folder("/var/data", owner=rootfs.UID))
    observer = Layer.of(Entry("/app/observer.py", apps["observer"]), *rootfs.bytecode(_dnspython(), "/app/dns"))
    served = folder("/usr/share/nginx/html", owner=rootfs.UID)
    web = Layer.of(*nginx.nginx(nginx_dir), *rootfs.accounts(), served)
    return [
        *(_kubia(name, [python, kubia]) for name in KUBIA),
        _app_image(OBSERVER, [python, observer], [*_ISOLATED, "/app/observer.py"], _PYTHON_ENV, "asks DNS and HTTP"),
        *(_nginx(name, [web]) for name in NGINX),
    ]


def _kubia(name: str, layers: Sequence[Layer]) -> Image:
    """Return one version of kubia, which reads its version from its environment."""
    version = name.rpartition(":")[2]
    env = _PYTHON_ENV | {"KUBIA_VERSION": version}
    return _app_image(name, layers, [*_ISOLATED, "/app/kubia.py"], env, f"the storage app, version {version}")


def _nginx(name: str, layers: Sequence[Layer]) -> Image:
    """Return one version of nginx: the same program with another variable, as an update needs another id.

    Its configuration comes with the pod.
    """
    version = name.rpartition(":")[2]
    env = _ENV | {"WEB_VERSION": version}
    return _app_image(name, layers, [nginx.BINARY, "-e", "stderr"], env, f"the web server, version {version}")


def _app_image(
    name: str, layers: Sequence[Layer], start: Sequence[str], env: Mapping[str, str], what_for: str
) -> Image:
    """Return an image that runs under the restricted Pod Security profile."""
    return Image(name, layers, start, env=env, user=_USER, labels={DESCRIPTION: what_for})


def _app(name: str) -> Path:
    """Return the source of an app."""
    path = Path(__file__).parents[3] / "apps" / name / f"{name}.py"
    if not path.is_file():
        raise StsconfError(f"no source of {name}", f"{path} is not there", "run from a checkout of the project")
    return path


def _dnspython() -> Path:
    """Return the folder of the observer's DNS library."""
    found = importlib.util.find_spec("dns")
    if found is None or found.origin is None:
        raise StsconfError("no dnspython", "the observer's image holds it", "install stsconf with its dependencies")
    return Path(found.origin).parent


def _identity(path: Path) -> str:
    """Return what changes when a file of this machine is updated, without reading it."""
    status = path.resolve().stat()
    return f"{path} {status.st_size} {status.st_mtime_ns}"


def _recipe() -> bytes:
    """Return the code that writes images: another recipe makes other images of the same parts."""
    return b"".join(Path(path).read_bytes() for path in (__file__, *(str(module.__file__) for module in _RECIPES)))
