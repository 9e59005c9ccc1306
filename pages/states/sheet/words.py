"""Every sentence that a page says of itself, so that it can be translated in one place."""

ENGLISH = {
    "late": "The page had already gone to another place when this change came in, so it was left out.",
    "silent": "The server does not answer. Your change is kept, and asked for again until it does.",
    "busy": "Many are asking at once. Your change is kept, and asked for again until it has its turn.",
    "unasked": "The server does not answer. Press the button again in a moment.",
    "failed": "That met an error that is Stride's, not yours. The page is as it was; the server's log has more.",
    "copy": "Copy",
    "copied": "Copied",
    "undo": "Undo (Ctrl+Z)",
    "redo": "Redo (Ctrl+Shift+Z)",
    "reset": "Back to where this began",
    "onward": "Open in Stride",
    "formula": "Formula",
    "code": "Code",
    "figure": "Figure",
    "question": "A question about what is shown below",
    "question_close": "Close the question",
    "answer": "Your answer",
    "answer_check": "Check",
    "answer_show": "Show me",
    "changed": "The numbers have changed since the last check: run it again.",
}
