"""The field's words in plain English, for who meets them for the first time."""

WORDS = {
    "accuracy": "the share of pictures for which the network's answer is right.",
    "activation": "a rule for single numbers, used on each number of a map. ReLU, the usual one, makes what is below 0 "
    "a 0.",
    "Adam": "an optimiser that gives each number a step length of its own.",
    "batch": "several pictures that go through the network together.",
    "bias": "one more number that is learned: it is added to the sum.",
    "chain rule": "along a chain of layers, slopes multiply: a number's gradient is the gradient of what it goes into, "
    "times the slope between the two.",
    "channel": "one grid of numbers. A grey picture has one, a colour picture three (red, green, blue), and each "
    "feature map in a network is one, too.",
    "class": "one of the answers between which the network chooses, such as “seven”.",
    "cross-entropy": "the loss of this page: −log of the probability of the true class.",
    "epoch": "once through all pictures of the training.",
    "exponential": "e to the power of a number (e is about 2.718). It is never below 0, and grows fast.",
    "feature map, or map": "what a filter puts out: a grid of numbers that shows where in the picture its pattern is.",
    "filter": "a pattern to look for, as a small grid of numbers. Laid on one place of the picture after the other, it "
    "gives one number for each.",
    "flatten": "to write all numbers of the maps into one row.",
    "fully connected": "of a layer: each of its neurons gets every number of the layer before.",
    "gradient": "how fast the loss grows when a number grows a little. Above 0, a smaller number is better; below 0, a "
    "larger one.",
    "kernel": "the part of a filter that lies on one channel. With one channel, both are the same grid.",
    "layer": "one step of a network: a convolution, an activation, a pooling.",
    "learning rate": "how long a step is. Each number moves against its gradient, by the rate times the gradient.",
    "logit": "the score of a class, before it is made a probability. It can be any number.",
    "loss": "one number for how wrong the answer is. 0 would be perfect.",
    "momentum": "a part of the last step that is taken again, so that steps in one direction gain speed.",
    "multiply-add": "one product that is added to a sum. Their count says how much work a layer is.",
    "neuron": "multiplies each number that it gets by a weight, and adds up the products and its bias: one number "
    "comes out.",
    "optimiser": "the rule that makes steps of gradients.",
    "padding": "a frame of cells around the picture, mostly zeros, so that the window can stop at the edge, too.",
    "parameter": "a number that the network learns: a weight or a bias.",
    "pixel": "one point of a picture; in grey, one number for how bright it is.",
    "pooling": "to make a map smaller: each window becomes one number, its largest or its mean.",
    "preset": "a network and its settings, chosen to fit each other.",
    "probability": "the share of its trust that the network gives to a class. Those of all classes add up to 1.",
    "saliency": "how much a class's score moves when a pixel changes a little.",
    "seed": "the number that chance begins with: the same seed gives the same random numbers.",
    "SGD": "stochastic gradient descent: each number takes a step against its gradient.",
    "shape": "how many numbers there are each way: 3×12×12 is 3 channels, 12 rows, 12 columns.",
    "slope": "how much the output moves when the input moves a little.",
    "softmax": "makes logits into probabilities: each exponential, divided by the sum of all.",
    "stride": "by how many cells the window moves from one stop to the next.",
    "test picture": "a picture that the network has not learned from. Only these say how good it is.",
    "vector": "numbers in one row.",
    "weight": "a number that is learned, and by which another one is multiplied: those of a filter or a neuron.",
    "weight decay": "with each step, every weight is drawn a little towards 0.",
    "window": "the cells that are looked at for one number of the output.",
    "∂L/∂w": "the gradient of the loss L for the number w; with another letter, for that one.",
}
