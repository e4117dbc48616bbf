"""For a WSGI server: `gunicorn wsgi:app`."""

from propman import create_app

app = create_app()
