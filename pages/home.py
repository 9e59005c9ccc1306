"""Home: what Stride is, a network at work, and where to begin."""

import streamlit as st

from pages.states.codec import shown
from pages.states.picture import Spec
from pages.ui.draw import tensor
from pages.ui.network import pipeline

FIRST = {"x": Spec("digit", "grey", 6, "0-9").text}
READY = {"x": Spec("digit", "rgb", 6, "0-9").text}
# Each part of the network leads to its lesson, in a state that fits.
TAUGHT = {
    "Input": ("input.py", READY),
    "Convolution": ("convolution.py", READY),
    "Activation": ("activation.py", {}),
    "Pooling": ("pooling.py", {}),
    "Fully connected": ("fully_connected.py", {}),
    "Output": ("output_loss.py", {}),
}
ABOUT = (
    "Computed for this picture by Stride's engine. The filters are Sobel x, Sobel y and an outline; blue is above "
    "zero, orange below. Nothing here was trained. The last layer's weights are the pooled maps of the three "
    "pictures, so the answer is the picture that this one is nearest to."
)

st.html(tensor.style())

words, onward = st.columns([7, 4], gap="large", vertical_alignment="center")
with words:
    st.title("See every number in a convolutional network", anchor=False)
    st.markdown(
        "Stride steps through a network one product at a time, from the pixels of a picture to the answer. "
        "Change a pixel, a weight or a stride, and watch every sum and shape that follows."
    )
with onward.container(key="onward", horizontal_alignment="right"):
    st.page_link(
        "input.py",
        label="Start here: a picture as numbers",
        icon=":material/arrow_forward:",
        icon_position="right",
        query_params=FIRST,
    )

asked = st.query_params.get("input", pipeline.CLASSES[0])
with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
    st.header("A network at work", anchor=False, width="content", help=ABOUT)
    name = st.segmented_control(
        "Its input",
        list(pipeline.CLASSES),
        key="input",
        default=pipeline.CLASSES[0],
        bind="query-params",
        required=True,
        label_visibility="collapsed",
    )

if asked not in pipeline.CLASSES:
    known = ", ".join(pipeline.CLASSES)
    st.warning(f"input: {shown(asked)} is not one of {known}; {name} is shown.", icon=":material/link_off:")

run = pipeline.run(name)
largest = float(abs(run.convolved).max())
stages = [
    ("Input", pipeline.channel_sheets(run.picture), "Red, green and blue: three grids of numbers.", run.picture.shape),
    (
        "Convolution",
        pipeline.map_sheets(run.convolved, largest),
        "Small filters slide over it and mark edges.",
        run.convolved.shape,
    ),
    (
        "Activation",
        pipeline.map_sheets(run.activated, largest),
        "ReLU turns what is below zero into zero.",
        run.activated.shape,
    ),
    (
        "Pooling",
        pipeline.map_sheets(run.pooled, largest, side=56),
        "The largest of each 2 × 2 stays.",
        run.pooled.shape,
    ),
    (
        "Fully connected",
        pipeline.neurons(run.pooled, run.weights, run.scores),
        "Every number meets every weight.",
        (run.pooled.size, run.scores.size),
    ),
    ("Output", pipeline.bars(run.probabilities), "Softmax makes scores probabilities.", run.scores.shape),
]
grid = st.grid(len(stages), min_column_width=150)
for title, drawing, sentence, shape in stages:
    file, query = TAUGHT[title]
    with grid.cell():  # noqa: SIM117 - a cell takes no key
        with st.container(key=f"stage-lesson-{title.split()[0].lower()}", gap="xxsmall"):
            st.html(f'<div class="sx sx-free sx-stage">{drawing}</div>')
            st.page_link(file, label=f"**{title}**", icon="", query_params=query)
            sizes = " → ".join(map(str, shape)) if title == "Fully connected" else " × ".join(map(str, shape))
            st.caption(f"{sentence}  \n`{sizes}`")

st.header("Who it is for", anchor=False)
readers = (
    (
        ":material/school: **Students**",
        "See where one number came from: point at it, or follow it from the loss back to the pixels.",
        ("forward.py", "Follow one number", {}),
    ),
    (
        ":material/co_present: **Teachers**",
        "Step slowly at the projector, let the class predict, then reveal.",
        ("convolution.py", "Step through a filter", {"example": "three-channels"}),
    ),
    (
        ":material/link: **Authors**",
        "Every state is a link: set a page up, copy its address into your course.",
        ("pooling.py", "One exact state", {"example": "max", "step": "2"}),
    ),
    (
        ":material/construction: **Practitioners**",
        "Output sizes, parameters and receptive fields of a whole stack, with the working.",
        ("calculator.py", "Open the shape calculator", {}),
    ),
)
for column, (who, what, (file, label, query)) in zip(st.columns(4), readers, strict=True):
    with column:
        st.markdown(f"{who}  \n{what}")
        st.page_link(file, label=label, icon=":material/arrow_forward:", query_params=query)
