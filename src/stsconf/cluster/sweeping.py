"""`make sweep`: what killed runs left on this machine, and in a cluster if one is named."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import closing
from pathlib import Path

from stsconf.cluster.embedded.cluster import sweep_dead
from stsconf.cluster.embedded.components import KUBERNETES_VERSION
from stsconf.cluster.own import OwnCluster
from stsconf.cluster.private import private_folder, sweep_private
from stsconf.cluster.provider import sweep_made
from stsconf.cluster.target import OWN_KINDS, Say
from stsconf.cluster.targets import TargetOptions, parse_target
from stsconf.cluster.tool import Wish
from stsconf.errors import UsageError
from stsconf.kube.client import Kube
from stsconf.scenario.sweep import sweep
from stsconf.wait import Clock, Deadlines


def sweep_target(cluster: str, kubeconfig: Path | None, say: Say, *, force: bool, dry_run: bool) -> None:
    """Remove what dead clusters of our own left, then the expired namespaces of an existing cluster if one is named.

    `force` also takes namespaces that have not expired: those of runs that may still go on. A `dry_run` only tells.
    """
    if not os.geteuid():  # nobody else has such clusters, nor may look
        sweep_dead(say, dry_run=dry_run)
    sweep_private(Path(tempfile.gettempdir()), say, dry_run=dry_run)
    with private_folder(sweep=False) as folder:
        sweep_made(folder, say, dry_run=dry_run)
    if not cluster or cluster in OWN_KINDS:
        return
    if ":" not in cluster:
        raise UsageError(f"{cluster} names no existing cluster", "", "say which one: kind:NAME or context:NAME")
    run = secrets.token_hex(3)
    options = TargetOptions(run, Wish(KUBERNETES_VERSION), lambda kind: OwnCluster(kind, run), kubeconfig)
    seconds = Deadlines().namespace
    with (
        private_folder(sweep=False) as folder,
        parse_target(cluster, options).open(folder, say) as access,
        closing(Kube.from_kubeconfig(access.kubeconfig)) as kube,
    ):
        removed = sweep(kube, Clock(), say, force=force, dry_run=dry_run, seconds=seconds)
    say(f"{'would remove' if dry_run else 'removed'} {len(removed)} namespaces: {', '.join(removed) or 'none'}")
