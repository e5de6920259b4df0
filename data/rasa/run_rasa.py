"""Runs Rasa's own command line in Rasa's environment, until the program that started it ends.

That program holds the other end of standard input open and never writes to it. Python 3.10, nothing but Rasa and the
standard library. Where a package that Rasa depends on prints warnings about its own future, they are left out.
"""

import os
import signal
import threading
import warnings


def end_with_parent() -> None:
    """Wait until standard input ends, then stop this process as Ctrl+C would, and harder if it does not listen."""
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(10)
    os._exit(1)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    threading.Thread(target=end_with_parent, daemon=True).start()
    from rasa.__main__ import main

    main()
