#!/usr/bin/env bash
# Open MPI for the tests: Debian's packages where they are missing (as root). Exit code 77: it cannot be had here; the
# reason is the last line of standard error.
set -euo pipefail

cannot() {
    printf '%s\n' "$1" >&2
    exit 77
}

! command -v mpirun >/dev/null || exit 0
[ "$(id -u)" = 0 ] || cannot "Open MPI is not installed, and only root can install it (apt-get install openmpi-bin libopenmpi3)"
command -v apt-get >/dev/null || cannot "Open MPI is not installed, and there is no apt-get to install it with"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
{ apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends openmpi-bin libopenmpi3; } \
    >"$log" 2>&1 || cannot "Open MPI is not installed and did not install: $(tail -n 1 "$log")"
