"""How gunicorn serves propman: read by `gunicorn wsgi:app` in this folder, whose own options count before these.

The application is made once, before the processes are forked from it: they share what it takes. So a new version of it
is started anew, and not by SIGHUP.
"""

from typing import Any

from propman.serve import THREADS, make_ready

workers = 2
threads = THREADS
graceful_timeout = 10
control_socket_disable = True
preload_app = True


def when_ready(server: Any) -> None:
    """Before the first process is forked."""
    make_ready(server.app.wsgi())
