"""The command line: arguments into one workflow call; its result into text, `--json` and an exit code.

One module a group of commands. Nothing that is slow to import is imported before it is needed.
"""
