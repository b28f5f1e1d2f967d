"""A program that measures in turns with others: says `ready`, takes a round for each line it is sent, says `done`."""

import queue
import subprocess
import threading
import time

import commands


class Side:
    def __init__(self, kit, name, command, for_python=False):
        self.name, self.kit, self.lines, self.rounds = name, kit, [], 0
        self.is_ready, self.problem = False, None
        self.errors = open(kit.work / f"errors-{name.replace(' ', '-')}", "w+", encoding="utf-8", errors="replace")
        self.queue = queue.Queue()
        kit.log.add(f"\n$ {' '.join(str(part) for part in command)}    (in turns, as {name})")
        try:
            self.process = subprocess.Popen(
                [str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors,
                env=kit.environment(for_python), cwd=str(kit.work), start_new_session=True, text=True)
        except OSError as error:
            self.process, self.problem = None, str(error)
            return
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.queue.put(line.rstrip("\n"))
        self.queue.put(None)

    def wait_for(self, word, limit):
        """Whether a line that is this word comes within the limit; the end of the output is a problem."""
        deadline = time.monotonic() + limit
        while self.problem is None:
            try:
                line = self.queue.get(timeout=max(0.01, deadline - time.monotonic()))
            except queue.Empty:
                return False
            if line is None:
                self.problem = f"it ended: {self.last_error()}"
            elif line == word:
                return True
            else:
                self.lines.append(line)
        return False

    def wait_until_ready(self, limit):
        if not self.is_ready:
            self.is_ready = self.wait_for("ready", limit)
        return self.is_ready

    def round(self, limit):
        """One round; one that does not end in time ends the side."""
        try:
            self.process.stdin.write("go\n")
            self.process.stdin.flush()
        except OSError:
            pass
        if self.wait_for("done", limit):
            self.rounds += 1
        elif self.problem is None:
            self.problem = f"a round took more than {limit:.0f} s"

    def finish(self, limit):
        """Asks for no more rounds and reads what is still said."""
        if self.problem is None:
            try:
                self.process.stdin.close()
            except OSError:
                pass
            self.wait_for("never said", limit)
            if self.process.poll() is None and self.problem is None:
                self.problem = f"it did not end within {limit:.0f} s"
        self.close()

    def close(self):
        if self.process is not None:
            commands.end(self.process)
            self.process = None
        if not self.errors.closed:
            self.errors.seek(0)
            self.kit.log.add_output(f"{self.name}: output", "\n".join(self.lines))
            self.kit.log.add_output(f"{self.name}: errors", self.errors.read())
            self.errors.close()

    def last_error(self):
        self.errors.seek(0)
        lines = [line.strip() for line in self.errors.read().splitlines() if line.strip()]
        return lines[-1][:500] if lines else "no message"
