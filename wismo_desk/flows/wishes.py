"""What a command asks of the desk that is open with its folder: small files, taken up by the desk and answered there.

One process writes a desk's journal, so a command beside it cannot. It lays its wish into `asked` of the data folder;
the desk takes it up, does it as if somebody had pressed the button, and lays the answer beside it.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from wismo_desk.errors import StoreProblem

_MARK: Final = "desk-is-listening"
LEFT_FOR: Final = timedelta(seconds=40)  # a busy bench comes first; then it is asked for no more
_KEPT: Final = timedelta(minutes=10)  # answers that nobody fetched


class WishKind(StrEnum):
    """Closed vocabulary."""

    APPLY_RULES = "apply_rules"
    PRICES = "prices"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """`until` is when the command gives up: later it is not done any more."""

    wish_id: str
    kind: WishKind
    until: datetime
    name: str = ""  # of a file
    content: bytes = b""
    as_json: bool = False
    language: str = ""  # of the answer; "" is the desk's own


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What the command says for the desk, and its exit code; `error_file`: the lines that were refused."""

    said: str
    code: int = 0
    error_file: bytes = b""


@dataclass(frozen=True, slots=True)
class WishBox:
    """The folder between the two. Files appear whole: each is written under another name first."""

    folder: Path

    # The desk's side

    def listen(self) -> None:
        """Raises nothing: a desk whose folder cannot be written has said so elsewhere."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / _MARK).touch()
        except OSError:
            return

    def stop_listening(self) -> None:
        (self.folder / _MARK).unlink(missing_ok=True)

    def take(self, now: datetime) -> Iterator[Wish]:
        """What was asked and is still wanted, oldest first, each when its turn comes: a mistake over one leaves the
        others where they are. Each is taken once, and what cannot be read is dropped. One that came too late is left
        for its command to withdraw: who finds it gone thinks that it is being done."""
        if not self.folder.is_dir():
            return
        self._tidy(now)
        for path in sorted(self.folder.glob("*.wish"), key=_age):
            taken = path.with_suffix(".taken")
            try:
                wish = _read(json.loads(path.read_text(encoding="utf-8")))
            except (OSError, ValueError, KeyError, TypeError):
                path.unlink(missing_ok=True)
                continue
            if wish.until < now:
                continue
            try:
                path.replace(taken)  # by one of two who look at once, unless it was withdrawn
                taken.unlink(missing_ok=True)
            except OSError:
                continue
            yield wish

    def answer(self, wish: Wish, granted: Granted) -> None:
        said: dict[str, Any] = {"said": granted.said, "code": granted.code}
        said["error_file"] = base64.b64encode(granted.error_file).decode()
        self._lay(f"{wish.wish_id}.answer", said)

    def _tidy(self, now: datetime) -> None:
        """What a command that was killed left, and answers that nobody fetched."""
        for path in self.folder.iterdir():
            try:
                if path.name != _MARK and now.timestamp() - path.stat().st_mtime > _KEPT.total_seconds():
                    path.unlink()
            except OSError:
                continue

    # The command's side

    @property
    def heard(self) -> bool:
        """Whether a desk says that it listens."""
        return (self.folder / _MARK).exists()

    def put(self, wish: Wish) -> None:
        data: dict[str, Any] = {
            "id": wish.wish_id,
            "kind": wish.kind.value,
            "until": wish.until.isoformat(),
            "name": wish.name,
            "content": base64.b64encode(wish.content).decode(),
            "as_json": wish.as_json,
            "language": wish.language,
        }
        self._lay(f"{wish.wish_id}.wish", data)

    def answered(self, wish: Wish) -> Granted | None:
        """Taken away with the reading."""
        path = self.folder / f"{wish.wish_id}.answer"
        if not path.exists():
            return None
        data = json.loads(path.read_text(encoding="utf-8"))
        path.unlink(missing_ok=True)
        return Granted(
            said=str(data["said"]), code=int(data["code"]), error_file=base64.b64decode(data["error_file"])
        )

    def withdraw(self, wish: Wish) -> bool:
        """False: the desk has it in hand already."""
        try:
            (self.folder / f"{wish.wish_id}.wish").unlink()
        except FileNotFoundError:
            return False
        return True

    def _lay(self, name: str, data: dict[str, Any]) -> None:
        draft = self.folder / f".{name}"
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(data, file)
            draft.replace(self.folder / name)
        except OSError as error:
            raise StoreProblem(
                "{path} cannot be used. Choose another place, or ask for the right to write there.",
                path=str(self.folder),
                raw=error.strerror or "",
            ) from error


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # withdrawn meanwhile
        return 0.0


def _read(data: dict[str, Any]) -> Wish:
    return Wish(
        wish_id=str(data["id"]),
        kind=WishKind(data["kind"]),
        until=datetime.fromisoformat(data["until"]),
        name=str(data["name"]),
        content=base64.b64decode(data["content"]),
        as_json=bool(data["as_json"]),
        language=str(data.get("language", "")),  # a command of a release before says none
    )
