"""Twenty questions that people ask about convolutional networks: predict, get the number, read why, see it happen."""

from engine.exercises.questions import layers, learning
from engine.exercises.questions.form import Part, Question

QUESTIONS: dict[str, Question] = {question.name: question for question in (*layers.QUESTIONS, *learning.QUESTIONS)}

__all__ = ["QUESTIONS", "Part", "Question"]
