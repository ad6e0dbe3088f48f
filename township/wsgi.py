"""What a web server calls. `manage.py start` serves it with waitress; any other WSGI server can."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "township.settings")

application = get_wsgi_application()
