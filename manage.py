#!/usr/bin/env python3
"""Django's command line. A setting that cannot be used is one sentence here, never a traceback."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "township.settings")
    try:
        from django.core.management import execute_from_command_line

        from township.env import SettingError
    except ModuleNotFoundError as error:
        sys.exit(f"The package {error.name} is missing in this Python; use make run or .venv/bin/python.")
    try:
        execute_from_command_line(sys.argv)
    except SettingError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
