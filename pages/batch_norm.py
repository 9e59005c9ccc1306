"""The Batch norm lesson, with group norm as its second layer."""

from pages.states.registry import KINDS
from pages.states.sheet.parts import Try
from pages.ui.lesson.page import lesson_page

lesson_page(
    KINDS["batch_norm"],
    "What is left of a channel when its mean and its spread are removed?",
    tries=(
        Try(
            "The same input in evaluation: why is the mean no longer 1 after γ and β?",
            {"example": "evaluation"},
        ),
        Try("γ = σ and β = μ: what comes out? Then change one number of the input.", {"example": "undone"}),
        Try("Group norm: set the groups to 1, then to 4. Which numbers share a mean now?", {"example": "groups"}),
    ),
    beliefs=(
        (
            "Batch norm normalises each picture.",
            "It normalises each channel, over all pictures of the batch together (N, H and W).",
        ),
        (
            "In evaluation it uses the batch.",
            "In evaluation it uses the running statistics. Forgetting `model.eval()` is a common bug.",
        ),
        (
            "γ and β undo it, so it is useless.",
            "They can, where training finds that useful. But then the mean and the spread are two numbers that are "
            "learned, and do not depend on all the weights before.",
        ),
        (
            "Group norm is batch norm with fewer channels at a time.",
            "Batch norm mixes pictures and keeps channels apart; group norm mixes the channels of a group and keeps "
            "pictures apart.",
        ),
        ("It makes the numbers normally distributed.", "It shifts and scales: the shape of the distribution stays."),
        ("A convolution before it needs a bias.", "The mean is subtracted, and the bias with it. β does its work."),
    ),
)
