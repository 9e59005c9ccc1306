"""What the page says of itself in the browser, in one place; {fields} are filled in there."""

ENGLISH = {
    "code": "Your code: {name}",
    "keys": "Tab puts four spaces in; Esc, then Tab, leaves the field. What you type stays in this browser.",
    "run": "Run it here",
    "running": "It runs …",
    "first": "Python is on its way, this first time.",
    "again": "Begin anew",
    "elsewhere": "Your code runs in your own browser only, on the site without a server: this page comes from a "
    "server, and no server runs what somebody types.",
    "there": "Open this task on the site",
    "site": "That site is the folder build/site that “make site” makes, on any web server. Who runs this server can "
    "name its address in the environment as STRIDE_STATIC: a link to this task then stands here.",
    "begin": "Here is the code to begin with.",
    "failed": "It could not be run. Load the page again, and try once more.",
}
