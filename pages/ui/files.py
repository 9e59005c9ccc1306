"""A bound for all uploaded files that Streamlit holds in memory, which it keeps as long as their sessions live."""

from collections import Counter
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.runtime import Runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

MOST, MOST_OF_ONE = 500 * 2**20, 200 * 2**20  # bytes of all sessions, and of one: a batch of the largest pictures
PATH = "/_stcore/upload_file/"  # …/SESSION/FILE


class Bound:
    """Lets a file come where there is room for it: 411 where its length is not said, 413 with a sentence."""

    def __init__(self, app: ASGIApp):
        self.app = app
        self.coming: Counter[str] = Counter()  # bytes that are being sent, by session

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        _, found, place = scope.get("path", "").partition(PATH)
        if not found or scope.get("method") != "PUT":
            await self.app(scope, receive, send)
            return
        session, length = place.partition("/")[0], Headers(scope=scope).get("content-length", "")
        if not length.isdecimal():
            await JSONResponse({"error": "The upload does not say how long the file is."}, 411)(scope, receive, send)
        elif problem := self.problem(session, int(length)):
            await JSONResponse({"error": problem}, 413)(scope, receive, send)
        else:
            self.coming[session] += int(length)
            try:
                await self.app(scope, receive, send)
            finally:
                self.coming[session] -= int(length)
                self.coming += Counter()  # keeps only what is above 0

    def problem(self, session: str, size: int) -> str:
        """Return why a session's file of so many bytes cannot come, or ""; closed sessions lose theirs first."""
        if self._held()[session] + size > MOST_OF_ONE:
            return f"A page can hold {MOST_OF_ONE // 2**20} MB of files: remove one, or reload the page."
        if self._held().total() + size > MOST:
            runtime = Runtime.instance()
            for one in self._held():
                if not runtime.is_active_session(one):
                    runtime.uploaded_file_mgr.remove_session_files(one)
        if self._held().total() + size > MOST:
            return f"This server is full: it holds {MOST // 2**20} MB of files at most. Try again in a few minutes."
        return ""

    def _held(self) -> Counter[str]:
        """Return the bytes that are held or coming, by session."""
        held = Counter(self.coming)
        for session, files in list(Runtime.instance().uploaded_file_mgr.file_storage.items()):
            held[session] += sum(len(file.data) for file in list(files.values()))
        return held


def forget(file: Any) -> None:
    """Let go of a file that a script has read: the widget that brought it is not drawn again."""
    context = get_script_run_ctx()
    if context is not None:
        context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)
