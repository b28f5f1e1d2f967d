"""gpu.json and gpu.md, written anew after everything that is known: a cut loses nothing but what runs."""

import json
import os

import page


class Record:
    def __init__(self, folder, head):
        self.folder = folder
        self.content = dict(head, steps=[], alarms=[], results={})
        self.save()

    @property
    def results(self):
        return self.content["results"]

    def step(self, name, status, seconds, reason=""):
        """status: done, failed, skipped."""
        self.content["steps"].append(
            {"name": name, "status": status, "seconds": round(seconds, 1), "reason": reason})
        self.save()

    def alarm(self, text):
        """Something that is wrong, not merely missing."""
        self.content["alarms"].append(text)
        self.save()

    def save(self):
        self.write("gpu.json", json.dumps(self.content, indent=1) + "\n")
        try:
            text = page.of(self.content)
        except Exception as error:  # The page is for reading; the figures are in the JSON.
            text = f"gpu.md could not be written: {type(error).__name__}: {error}\n"
        self.write("gpu.md", text)

    def write(self, name, text):
        path = self.folder / name
        temporary = self.folder / f".{name}.new"
        temporary.write_text(text, encoding="utf-8")
        os.replace(temporary, path)
