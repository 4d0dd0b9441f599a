"""The command as a script that notes each page that it gives to an extraction process."""

#: Its arguments: the file of the notes, a source reference a line, and those of newsbeam.
NOTED = """
import os, sys
from newsbeam.transforms.workers import pool
notes = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
give = pool.ExtractionPool._give
def noted(self, worker, page):
    os.write(notes, (page.entry.source_ref + "\\n").encode())
    return give(self, worker, page)
pool.ExtractionPool._give = noted
from newsbeam.pipelines.cli import run
sys.exit(run(sys.argv[2:]))
"""
