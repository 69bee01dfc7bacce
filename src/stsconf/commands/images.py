"""`stsconf images`: write the apps' images and list them."""

from __future__ import annotations

import argparse

from stsconf.cluster.cache import cache_home
from stsconf.cluster.images import list_archives
from stsconf.cluster.system_images import ensure_app_images
from stsconf.commands.output import say
from stsconf.errors import ExitCode


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the command, which takes no arguments."""
    parser.set_defaults(function=images)


def images(arguments: argparse.Namespace) -> ExitCode:  # noqa: ARG001 -- every command takes them
    """Write the apps' images and list them."""
    archive = ensure_app_images(cache_home(), say)
    say(f"{archive}")
    for image in list_archives([archive]):
        say(f"  {image.name:<36} {image.size / 1e6:6.1f} MB  {image.what_for}")
    return ExitCode.CONFORMANT
