"""Whether the settings can be loaded, found out in a process of its own."""

from __future__ import annotations

import os
import signal
import traceback
from importlib import import_module

from newsroom.house.errors import complain, sentence_for


def settings_are_right() -> bool:
    """Load the settings; what is wrong with them is said on the standard error output.

    In the process that asks all that they load, a third of its memory, would stay until everything is stopped.
    """
    child = os.fork()
    if child:
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if code < 0:
            complain(
                f"The process that tried the settings was ended by {signal.Signals(-code).name}."
            )
        return code == 0
    code = 1
    try:
        import_module("newsroom.settings")
        code = 0
    except Exception as error:
        complain(sentence_for(error) or traceback.format_exc().rstrip())
    finally:
        # Past what the parent has to do at its end.
        os._exit(code)
