"""Large files, fetched in parts: politely, under the limits of any fetch, and resumed."""

import re
from pathlib import Path

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.web.client import Fetcher
from newsbeam.transforms.web.responses import Response

_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18})")
_ANY = "*/*"
_NO_SUCH_PART = 416
#: Times that a file may change on the server while it is fetched.
_MAX_CHANGES = 3


async def download(fetcher: Fetcher, url: str, target: Path, part_bytes: int) -> None:
    """Fetch ``url`` into the file ``target``, which is there only once it is whole.

    Until then its beginning stands beside it, ``.part``, with the server's name for this version,
    ``.etag``; a later call goes on there, or begins again if the file has changed on the server.
    Raises ``InputError``; ``too_large`` where a server sends no parts.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part, tag = target.with_name(f"{target.name}.part"), target.with_name(f"{target.name}.etag")
    changes = 0
    while True:
        at = part.stat().st_size if part.exists() and tag.exists() else 0
        known = tag.read_text(encoding="utf-8") if at else None
        try:
            answer = await fetcher.get(
                url,
                max_bytes=part_bytes,
                accept=_ANY,
                byte_range=(at, at + part_bytes - 1),
                if_range=known or None,
            )
            has_changed = (
                answer.status == 206 and known is not None and known != (answer.etag or "")
            )
        except InputError as error:
            has_changed = at > 0 and error.http_status == _NO_SUCH_PART
            if not has_changed:
                raise
        if has_changed:
            part.unlink()
            changes += 1
            if changes > _MAX_CHANGES:
                raise InputError("bad_response", f"{url} changes while it is fetched.")
            continue
        total = _total(answer, at)
        with part.open("ab" if answer.status == 206 and at else "wb") as file:
            file.write(answer.body)
            size = file.tell()
        tag.write_text(answer.etag or "", encoding="utf-8")
        if size >= total:
            part.rename(target)
            tag.unlink()
            return


def _total(answer: Response, at: int) -> int:
    """Return the size of the whole file. Raises ``InputError`` for another part than asked for."""
    if answer.status != 206:
        return len(answer.body)
    found = _RANGE.fullmatch(answer.content_range or "")
    if found is None or int(found[1]) != at or int(found[2]) - at + 1 != len(answer.body):
        raise InputError("bad_response", f"{answer.url}: the server sent another part.")
    return int(found[3])
