"""Sets for a class: a teacher makes one, learners work through it, and the teacher checks their results."""
