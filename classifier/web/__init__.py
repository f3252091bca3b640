"""The web page and its API; needs the extra `web`, which this package checks for on import."""

from importlib.util import find_spec

from classifier.errors import MissingExtraError

_NEEDED = ("fastapi", "uvicorn")

_absent = [name for name in _NEEDED if find_spec(name) is None]
if _absent:
    raise MissingExtraError(f"the web page needs {', '.join(_absent)}; install it with `pip install 'osdlint[web]'`")
