"""What hosts share: the list of pages, what stays while a page is open, and the host in a browser."""
