#!/bin/sh
# The engine's first process, alone in its namespaces: mounts what dockerd needs, in folder $1, and becomes it.
set -e
root=$1/root
mount --make-rprivate /
mount --bind "$root" "$root"
for folder in sys dev; do
    mount --rbind "/$folder" "$root/$folder"
done
mount -t proc proc "$root/proc"
for folder in run tmp; do
    mount -t tmpfs "$folder" "$root/$folder"
done
mkdir -p "$root$1"
mount --bind "$1" "$root$1"
ip link set lo up
# Not chroot: what joins a container's mounts later, as exec does, would find the machine's root there.
cd "$root"
pivot_root . mnt
exec chroot . sh -c 'umount -l /mnt && exec tini -s -- dockerd --config-file "$0"' "$1/daemon.json"
