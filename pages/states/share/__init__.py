"""What can be taken along from a page: pictures, numbers, links, a lesson as one file."""
