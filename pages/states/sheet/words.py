"""Every sentence that a page says of itself, so that it can be translated in one place."""

ENGLISH = {
    "late": "The page had moved on when this change came in, so it was left out.",
    "silent": "The server does not answer. Your change is kept, and asked for again until it does.",
    "busy": "Many are asking at once. Your change is kept, and asked for again until it has its turn.",
    "unasked": "The server does not answer. Press the button again in a moment.",
    "failed": "Something went wrong in Stride, not with you. The page is as it was; the server's log says more.",
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

# What the site without a server says beside.
SITE = {
    "starting": "Python is starting in this browser. What you change is kept, and worked out as soon as it is there.",
    "waits": "This link's numbers are worked out as soon as Python has started in this browser; meanwhile this is the "
    "page's own first example.",
    "stopped": "Python could not be started in this browser. The page still plays. The next number that you change "
    "starts it again; where that fails too, take a browser of 2023 or newer.",
    "unopened": "This page could not be loaded. Is there a network? Load the page again. It needs a browser of 2023 or "
    "newer.",
    "file": "A file opened from a folder cannot run: put the site's folder on a web server, such as "
    "“python3 -m http.server”.",
    "endless": "Your code was stopped: it ran for more than 10 seconds. Does each of its loops end?",
    "light": "Light or dark",
    "menu": "Menu",
    "own": "Own picture",
    "camera": "Camera",
    "photo": "Take the photo",
    "here": "Your picture stays in this browser.",
}
