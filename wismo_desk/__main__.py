"""The `wismo-desk` command."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from multiprocessing import freeze_support

from wismo_desk.app.run import carry_out
from wismo_desk.cli.options import parse


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse(sys.argv[1:] if arguments is None else arguments)
    if options.command == "demo":
        from wismo_desk.demo.show import show

        return show(options)
    return carry_out(options)


if __name__ == "__main__":
    freeze_support()  # a frozen program that learns in a process of its own starts here again
    sys.exit(main())
