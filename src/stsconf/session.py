"""From a target to a run: open it, look at it, start the observer; afterwards leave nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from stsconf.cluster.cache import cache_home
from stsconf.cluster.preflight import Facts, begin, look
from stsconf.cluster.system_images import ensure_app_images
from stsconf.cluster.target import Access, Say, Target
from stsconf.cluster.trial import Trial, try_out
from stsconf.errors import StsconfError
from stsconf.kube.client import Kube
from stsconf.model import objects
from stsconf.scenario.apps import LOCAL_IMAGES
from stsconf.scenario.context import RunContext
from stsconf.scenario.labels import RUN
from stsconf.scenario.namespaces import create_namespace, namespace_name
from stsconf.scenario.observer import NAME as OBSERVER
from stsconf.scenario.observer import observer_pod
from stsconf.scenario.sweep import remove_namespace, sweep
from stsconf.wait import Clock, Deadlines


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller chose.

    `timeout_scale` multiplies deadlines; `images` is where the apps' images are; `wait` for namespaces to be gone.
    """

    timeout_scale: float = 1.0
    images: str = LOCAL_IMAGES
    keep_on_failure: bool = False
    wait: bool = True


@dataclass(frozen=True, slots=True)
class Run:
    """An open run: the cluster's facts and what its scenarios share."""

    access: Access
    facts: Facts
    trial: Trial
    context: RunContext


@contextmanager
def open_run(target: Target, run: str, folder: Path, options: Options, clock: Clock, say: Say) -> Iterator[Run]:  # noqa: PLR0917 -- the run's six ingredients
    """Open a target for one run, and remove on exit what the run made in the cluster."""
    with target.open(folder, say) as access:
        kube = Kube.from_kubeconfig(access.kubeconfig)
        deadlines = Deadlines().scaled(options.timeout_scale * access.pace)
        try:
            server, namespace = begin(kube), namespace_name(run, OBSERVER)
            create_namespace(kube, run, namespace, clock, deadlines)
            facts = look(kube, server, observer_pod(run, options.images), namespace, simulated=access.simulated)
            for warning in facts.warnings:
                say(f"note: {warning}")
            if access.load is not None and options.images == LOCAL_IMAGES:
                access.load(ensure_app_images(cache_home(), say))
            trial = try_out(kube, run, namespace, facts, options.images, clock, deadlines)
            context = RunContext(
                kube=kube,
                run=run,
                deadlines=deadlines,
                clock=clock,
                capabilities=trial.capabilities,
                storage_class=facts.storage_class,
                images=options.images,
                observer=trial.observer,
                zone=trial.zone,
                ipv6=trial.ipv6,
                disposable=access.disposable and not options.keep_on_failure,
            )
            yield Run(access, facts, trial, context)
        finally:
            _leave(kube, run, access, options, clock, deadlines, say)


def _leave(  # noqa: PLR0917 -- as above
    kube: Kube, run: str, access: Access, options: Options, clock: Clock, deadlines: Deadlines, say: Say
) -> None:
    """Remove the run's namespaces, unless the cluster goes away as a whole; those that are kept have been chosen."""
    try:
        if options.keep_on_failure:
            remove_namespace(kube, namespace_name(run, OBSERVER))
        elif access.disposable:
            pass  # they go with it
        elif not options.wait:
            for namespace in kube.list("Namespace", labelSelector=f"{RUN}={run}")["items"]:
                if not objects.is_terminating(namespace):  # most scenarios have seen to their own
                    remove_namespace(kube, objects.name(namespace))
        else:
            sweep(kube, clock, say, run=run, seconds=deadlines.namespace)
    except StsconfError as error:
        say(f"the run's namespaces may remain: {error.what}; make sweep removes them")
    finally:
        kube.close()
