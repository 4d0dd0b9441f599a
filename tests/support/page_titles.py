"""Headlines chosen out of what tests offer."""

from newsbeam.transforms.metadata.titles import choose_title


def choose(**known):
    for name in ("open_graph", "headings"):
        if isinstance(known.get(name), str):
            known[name] = [known[name]]
    # Pages give what meta elements say one by one: it can be gone through once.
    known = {name: iter(each) if isinstance(each, list) else each for name, each in known.items()}
    return choose_title(names=["The Daily", "daily.example"], labels=["Politics", "정치"], **known)
