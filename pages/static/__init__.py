"""The site without a server: `python -m pages.static FOLDER` builds it (make site). Static files, from any sub-path."""
