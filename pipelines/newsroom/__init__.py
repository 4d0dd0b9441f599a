"""An embedded newsroom: invented publishers served on loopback, and the truth about them.

It is what the demo and the tests read from instead of the web. ``content/`` holds the articles and
everything that goes wrong on purpose; all of it was written for this project. ``Newsroom`` serves
it, ``expected`` says what a run has to make of it and ``compare`` tells the difference.
"""

from newsbeam.pipelines.newsroom.behaviour import Behaviour
from newsbeam.pipelines.newsroom.compare import compare
from newsbeam.pipelines.newsroom.content import Content, load_content
from newsbeam.pipelines.newsroom.load import make_load, make_pages
from newsbeam.pipelines.newsroom.server import Newsroom
from newsbeam.pipelines.newsroom.truth import Truth, expected

__all__ = [
    "Behaviour",
    "Content",
    "Newsroom",
    "Truth",
    "compare",
    "expected",
    "load_content",
    "make_load",
    "make_pages",
]
