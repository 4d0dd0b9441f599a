"""Let a view follow the log: each commit becomes one version, once.

The version that a view shows carries the number of the commit, written in the same step as its
files. So whoever comes after a kill, or beside another, knows what is there already. A view that
begins, or is far behind, takes all that it lacks as one version.
"""

from contextlib import closing

from newsbeam.transforms.core.errors import DatasetError, UsageError
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.dataset.layout import commit_path
from newsbeam.transforms.dataset.log import load_commit, newest
from newsbeam.transforms.dataset.recovery import recover_from
from newsbeam.transforms.dataset.state import load_state
from newsbeam.transforms.dataset.storage import Storage, open_storage
from newsbeam.transforms.tables.changes import Change, change_of, change_to
from newsbeam.transforms.tables.view import VERSIONS, Standing, View, marker_of, open_view

#: Attempts in a row that come to nothing though nobody else has brought the view on.
_TRIES = 5


def follow_log(root: str, form: str, settings: DatasetSettings) -> Standing:
    """Bring the view ``form`` of the dataset at ``root`` to the newest commit; make it if need be.

    Raises ``UsageError`` if there can be no such view, and ``DatasetError`` if it cannot be
    written; the dataset is as it was then, and the same call goes on where the view stands.
    """
    storage = open_storage(root)
    with closing(open_view(storage, root, form, settings)) as view:
        _mark(storage, root, form, view)
        at = _bring_up(storage, root, view, settings)
        view.expire()
        if view.load() is None:
            raise DatasetError(f"it was removed while it was written, at commit {at}.")
        return view.standing()


def _mark(storage: Storage, root: str, form: str, view: View) -> None:
    """Write down that there is a view, and where it is known, before it is made.

    Raises ``UsageError`` if it was begun elsewhere: there would be two of them, and what is to be
    forgotten would be left in one.
    """
    known_as = view.known_as.encode()
    if not storage.exists(marker_of(form)):
        view.load()  # a catalog that cannot be reached is no reason to begin
        storage.create(marker_of(form), known_as)
    begun = storage.read(marker_of(form))
    if begun != known_as:
        raise UsageError(
            f"the {form.title()} table of {root} is {begun.decode()}, and the settings in use name "
            f"{view.known_as}. Give the configuration that it was begun with (--config), or remove "
            f"that table and {marker_of(form)} below the dataset."
        )


def _bring_up(storage: Storage, root: str, view: View, settings: DatasetSettings) -> int:
    shown, fruitless, recovered = view.load(), 0, False
    while fruitless < _TRIES:
        if shown is None:
            view.create()
        else:
            head = _newest(storage, root, shown)
            if shown == head:
                return shown
            if not recovered:
                # Files of a commit stand where the view names them once it is finished.
                recover_from(storage, settings)
                recovered = True
            view.commit(_next_change(storage, view, shown, head))
        before, shown = shown, view.load()
        fruitless = fruitless + 1 if shown == before else 0
    raise DatasetError(f"it cannot be written though nobody else does; it shows commit {shown}.")


def _next_change(storage: Storage, view: View, shown: int, head: int) -> Change:
    if shown and head - shown <= VERSIONS:
        return change_of(load_commit(storage, shown + 1))
    state = load_state(storage)
    made_at = load_commit(storage, state.number).committed_at
    return change_to(state, made_at, view.paths(), forgets=shown > 0)


def _newest(storage: Storage, root: str, shown: int) -> int:
    if shown and storage.exists(commit_path(shown)):
        return newest(storage, shown)
    head = newest(storage)
    if shown > head:
        raise DatasetError(
            f"it shows commit {shown}, and the log of {root} ends with {head}: one of the two "
            "comes from a backup. Remove the table, and it is made anew."
        )
    return head
