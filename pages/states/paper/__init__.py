"""What a teacher takes along from a page: worksheets, question banks."""
