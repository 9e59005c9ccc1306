"""The site without a server: `python -m pages.site FOLDER` builds it (make site). Static files, from any sub-path."""
