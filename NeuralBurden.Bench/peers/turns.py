"""The measuring loop of `run` for one number of threads and one width.

One thread is timed by processor time, which does not run while a process is stopped. So both sides run in turns of a second
(signals STOP and CONT): a machine that is slow for a minute is slow for both. Several threads are timed by wall time:
there a round is the peer's samples first, then ours.
"""

import argparse
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

TURN_SECONDS = 1.0
HERE = pathlib.Path(__file__).parent


class Side:
    """A process with its children, which can be stopped and continued."""

    def __init__(self, command, **options):
        self.process = subprocess.Popen(command, start_new_session=True, **options)

    def signal(self, number):
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            pass

    def end(self):
        if self.process.poll() is None:
            self.signal(signal.SIGCONT)
            self.signal(signal.SIGTERM)
            self.process.wait()


class Peer(Side):
    """peer.py: takes a sample of each of its modes for each line that it is sent."""

    def __init__(self, options, lines):
        environment = dict(
            os.environ, LD_PRELOAD=options.library, OPENBLAS_CORETYPE=options.core,
            OPENBLAS_NUM_THREADS=str(options.threads), OMP_NUM_THREADS=str(options.threads))
        super().__init__(
            [sys.executable, HERE / "peer.py", "--threads", str(options.threads), "--dim", str(options.dim),
             "--batch", str(options.batch)],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.lines, self.busy, self.idle = lines, False, threading.Event()
        first = self.process.stdout.readline()
        if not first:
            sys.exit("run: the peer does not start")
        lines.write(first)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            if "mode" in json.loads(line):
                self.lines.write(line)
            elif self.busy:
                self.go()
            else:
                self.idle.set()
        self.idle.set()

    def go(self):
        self.idle.clear()
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def sample(self):
        self.go()
        self.idle.wait()
        if self.process.poll() is not None:
            sys.exit("run: the peer failed")


def ours(options, kind, output):
    return Side(
        [options.nb, "bench", kind, "--json", "--threads", str(options.threads), "--dims", str(options.dim),
         "--batch", str(options.batch), "--rounds", str(options.samples + 1)], stdout=output)


def in_turns(ours, peer):
    while ours.process.poll() is None:
        for runs, rests in ((ours, peer), (peer, ours)):
            rests.signal(signal.SIGSTOP)
            runs.signal(signal.SIGCONT)
            deadline = time.monotonic() + TURN_SECONDS
            while ours.process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.01)
    peer.signal(signal.SIGCONT)


def main():
    parser = argparse.ArgumentParser()
    for name in ("threads", "dim", "batch", "rounds", "samples"):
        parser.add_argument("--" + name, type=int, required=True)
    for name in ("work", "nb", "library", "core"):
        parser.add_argument("--" + name, required=True)
    options = parser.parse_args()
    work = pathlib.Path(options.work)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sides = []
    with open(work / "peer", "a") as lines:
        try:
            peer = Peer(options, lines)
            sides.append(peer)
            for number in range(1, options.rounds + 1):
                print(
                    f"{options.threads} thread(s), d{options.dim}, round {number} of {options.rounds}",
                    file=sys.stderr, flush=True)
                peer.busy = options.threads == 1
                if peer.busy:
                    peer.go()
                else:
                    for _ in range(options.samples):
                        peer.sample()
                for kind in ("step", "infer"):
                    name = f"ours-{kind}-{options.threads}-{options.dim}-{number}.json"
                    with open(work / name, "w") as output:
                        side = ours(options, kind, output)
                        sides.append(side)
                        if peer.busy:
                            in_turns(side, peer)
                    if side.process.wait() != 0:
                        sys.exit("run: this program's benchmark failed")
                peer.busy = False
                peer.idle.wait()
            if peer.process.poll() is not None:
                sys.exit("run: the peer failed")
        finally:
            for side in sides:
                side.end()


main()
