#!/bin/sh
# Calls runc without the capability CAP_SYS_RESOURCE, for machines that do not have it to give: a privileged
# container asks for all there are, and runc would fail. The specification is in the bundle, or in a file for exec.
without() {
    [ ! -f "$1" ] || sed -i -e 's/"CAP_SYS_RESOURCE",//g' -e 's/,"CAP_SYS_RESOURCE"//g' "$1"
}
previous= bundle=
for argument in "$@"; do
    case "$previous" in
    --bundle | -b) bundle=$argument ;;
    --process | -p) without "$argument" ;;
    esac
    case "$argument" in --bundle=*) bundle=${argument#*=} ;; esac
    previous=$argument
done
[ -z "$bundle" ] || without "$bundle/config.json"
exec "${RUNC:-/usr/sbin/runc}" "$@"
