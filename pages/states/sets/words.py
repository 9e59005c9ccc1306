"""What the pages of sets say of themselves, in one place; {fields} are filled in by the browser."""

from pages.states.practice import words

ENGLISH = {
    **words.ENGLISH,
    "code": "The set's code",
    "code_help": "It stands below the QR code that your teacher shows. Capital or small, with hyphens or without.",
    "open": "Open the set",
    "name": "Your name or number",
    "name_help": "It goes into your result, so that your teacher knows whose it is.",
    "name_own": "Your numbers belong to it, so write it as you always do. Spaces around it, capital or small letters, "
    "and how accents are put together make no difference.",
    "name_kept": "Your name is in this page's link and, with what you answer, in this browser. Nothing is stored on "
    "the server.",
    "begin": "Begin",
    "other": "Not you?",
    "places": "The exercises of the set",
    "place": "Exercise {place}: {end}",
    "next": "Next exercise",
    "last": "To the result",
    "done": "All right, at first try.",
    "done_slips": "Done.",
    "before": "It is done already: what you answer now does not count.",
    "ends": {"not done": "not done", "right": "right", "right later": "right later", "shown": "shown"},
    "to_result": "Result",
    "result": "Your result",
    "result_copy": "Copy it",
    "result_help": "Send this text to your teacher, whole: by mail, in a chat, or read aloud.",
    "result_open": "Not done yet: {places}.",
    "results": "The learners' results",
    "results_example": "Paste all of them here, as they came: mails, chats, lists, in any order.",
    "results_check": "Check",
    "results_clear": "Clear",
    "results_csv": "Table as CSV",
    "results_kept": "What you paste is kept in this browser until you clear it. Nothing is stored on the server.",
    "results_of": "Take this set",
    "results_code": "It stands below the set's QR code. With it the table names the exercises, and results of another "
    "set are found.",
    "names": "Learners, one a line",
    "names_example": "Ada Lovelace\nBen\n17",
    "code_copy": "Copy the link",
}
