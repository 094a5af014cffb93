"""The one HTTP client of the desk; it knows no carrier and no channel."""

from wismo_desk.web.answer import Answer
from wismo_desk.web.client import Http

__all__ = ["Answer", "Http"]
