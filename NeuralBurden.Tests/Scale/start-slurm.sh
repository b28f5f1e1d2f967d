#!/usr/bin/env bash
# A Slurm of its own for the tests: munge, one controller and several node daemons, all on this machine and in one folder.
#   start-slurm.sh start DIR [NODES]   installs Debian's packages where they are missing (as root), starts, waits for the nodes
#   start-slurm.sh kill-node DIR NODE  ends a node as a power cut would: its daemon and every process of its jobs
#   start-slurm.sh stop DIR            ends everything that was started in DIR
# Exit code 77: Slurm cannot be had here; the reason is the last line of standard error. SLURM_CONF=DIR/slurm.conf makes
# sbatch, squeue and the like talk to it.
set -euo pipefail

cannot() {
    printf '%s\n' "$1" >&2
    exit 77
}

command=$1 dir=$2
export SLURM_CONF=$dir/slurm.conf
port=$((20000 + $(cksum <<<"$dir" | cut -d' ' -f1) % 20000))

# Every process below a given one, and itself.
family() {
    local child
    for child in $(pgrep -P "$1" || true); do family "$child"; done
    printf '%s\n' "$1"
}

# end SIGNAL PIDFILE: the process whose id is in a file, where it is still one of this folder's daemons.
end() {
    local pid
    [ -s "$2" ] || return 0
    pid=$(cat "$2")
    if tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qE 'munged|slurm'; then kill "-$1" "$pid" 2>/dev/null || true; fi
    rm -f "$2"
}

# Whether a step daemon is one of a node's: it writes to the node's log.
serves() { ls -l "/proc/$1/fd" 2>/dev/null | grep -qF "$dir/log/slurmd-$2.log"; }

install_packages() {
    command -v slurmctld >/dev/null && command -v slurmd >/dev/null && command -v munged >/dev/null && return
    [ "$(id -u)" = 0 ] || cannot "Slurm is not installed, and only root can install it (apt-get install slurm-wlm)"
    command -v apt-get >/dev/null || cannot "Slurm is not installed, and there is no apt-get to install it with"
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends slurm-wlm munge; } \
        >"$dir/install.log" 2>&1 || cannot "Slurm is not installed and did not install: $(tail -n 1 "$dir/install.log")"
}

start() {
    local nodes=$1 i
    mkdir -p "$dir"/{state,log}
    install_packages
    [ "$(id -u)" = 0 ] || cannot "slurmd runs the jobs of its users and must be started by root"
    # munge refuses files that others could have put there, and the test's folder is where it is.
    head -c 1024 /dev/urandom >"$dir/munge.key"
    chmod 600 "$dir/munge.key"
    munged --force --key-file="$dir/munge.key" --socket="$dir/munge.socket" --pid-file="$dir/munged.pid" \
        --log-file="$dir/log/munged.log" --seed-file="$dir/munge.seed" 2>"$dir/log/munged.err" \
        || cannot "munged does not start: $(tail -n 1 "$dir/log/munged.err")"
    local host
    host=$(hostname -s)
    {
        printf '%s\n' ClusterName=nbtest "SlurmctldHost=$host(127.0.0.1)" "SlurmctldPort=$port" \
            SlurmUser=root SlurmdUser=root AuthType=auth/munge "AuthInfo=socket=$dir/munge.socket,cred_expire=5" \
            ProctrackType=proctrack/linuxproc TaskPlugin=task/none SelectType=select/cons_tres \
            SelectTypeParameters=CR_Core MpiDefault=none SchedulerType=sched/backfill \
            "SchedulerParameters=batch_sched_delay=0,sched_min_interval=500000" \
            ReturnToService=2 JobRequeue=1 SlurmctldTimeout=10 SlurmdTimeout=5 KillWait=5 MinJobAge=300 InactiveLimit=0 \
            "StateSaveLocation=$dir/state" "SlurmdSpoolDir=$dir/%n" "SlurmctldPidFile=$dir/slurmctld.pid" \
            "SlurmdPidFile=$dir/slurmd-%n.pid" "SlurmctldLogFile=$dir/log/slurmctld.log" \
            "SlurmdLogFile=$dir/log/slurmd-%n.log" AccountingStorageType=accounting_storage/none JobCompType=jobcomp/none
        for ((i = 1; i <= nodes; i++)); do
            printf 'NodeName=n%d NodeHostname=%s NodeAddr=127.0.0.1 Port=%d CPUs=1 RealMemory=512 State=UNKNOWN\n' \
                "$i" "$host" $((port + i))
        done
        printf 'PartitionName=test Nodes=ALL Default=YES MaxTime=1:00:00 OverTimeLimit=0 State=UP\n'
    } >"$SLURM_CONF"
    slurmctld -c || cannot "slurmctld does not start: $(tail -n 1 "$dir/log/slurmctld.log")"
    for ((i = 1; i <= nodes; i++)); do
        mkdir -p "$dir/n$i"
        slurmd -N "n$i" || cannot "slurmd does not start: $(tail -n 1 "$dir/log/slurmd-n$i.log")"
    done
    for ((i = 0; i < 150; i++)); do
        if [ "$(sinfo -h -N -t idle -o %N 2>/dev/null | sort -u | wc -l)" = "$nodes" ]; then return; fi
        sleep 0.2
    done
    cannot "the nodes do not become ready: $(sinfo -h -N -o '%N %t' 2>&1 | paste -sd' ')"
}

kill_node() {
    local daemon pid
    end KILL "$dir/slurmd-$1.pid"
    for daemon in $(pgrep slurmstepd || true); do
        serves "$daemon" "$1" || continue
        for pid in $(family "$daemon"); do kill -KILL "$pid" 2>/dev/null || true; done
    done
}

stop() {
    local file
    scancel --user=root >/dev/null 2>&1 || true
    for file in "$dir"/slurmd-*.pid "$dir/slurmctld.pid"; do end TERM "$file"; done
    end TERM "$dir/munged.pid"
}

case $command in
    start) start "${3:-2}" ;;
    kill-node) kill_node "$3" ;;
    stop) stop ;;
    *) cannot "unknown command $command" ;;
esac
