"""Show a report: for a person or for a program."""
