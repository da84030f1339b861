"""What follows from the verdicts: corrections of the articles, and rules for work.

A lesson names the verdicts that it rests on. Where one of them turns out otherwise,
the lesson is no longer shown, and a test says so.
"""

from __future__ import annotations

from course.report import Lesson

HOLDS, WHEN, NOT, OPEN = "holds", "holds when", "does not hold", "undecided here"

CORRECTIONS = (
    Lesson(
        "batch norm does not make a distribution normal. It sets two numbers, mean and "
        "deviation; the shape stays what it was.",
        {"C03": NOT, "C09": NOT},
        "000, 002",
    ),
    Lesson(
        "what the figure calls running σ is the running variance, σ².",
        {"C13": NOT},
        "000",
    ),
    Lesson(
        'gradients are not lost "in the forward pass": they flow backward, from the '
        "loss to the weights.",
        {"C29": HOLDS},
        "000",
    ),
    Lesson(
        "the slope of ReLU is 1 for every input above 0, not in [0, 1] only; [-1, 1] "
        "does not bound the active region of sigmoid and tanh alike.",
        {"C32": NOT},
        "000",
    ),
    Lesson(
        "internal covariate shift is not about long-tailed data. It is the change of "
        "a layer's inputs caused by updates of the layers before it.",
        {"C35": WHEN},
        "000",
    ),
    Lesson(
        "the mean of (x − μ̂)² is the variance; the deviation σ̂ is its root.",
        {"C01": WHEN},
        "001",
    ),
    Lesson(
        "eps is not used for the running statistics, as the comment has it (that is "
        "momentum); it is added to the variance under the root.",
        {"C02": HOLDS},
        "001",
    ),
    Lesson(
        "γ and β are one number for each channel; only for a sample of a fully "
        "connected layer is that the shape of x.",
        {"C04": WHEN},
        "001",
    ),
    Lesson(
        "in PyTorch momentum is the weight of the new batch, and running_mean is a "
        "moving average, not the mean of the previous batch.",
        {"C17": NOT},
        "001",
    ),
    Lesson(
        "for inference one does not toggle train() and eval(): it is eval() alone.",
        {"C15": NOT},
        "001",
    ),
    Lesson(
        "regularization and being less sensitive to the first weights are two effects; "
        "the second needs no regularization.",
        {"C31": WHEN, "C39": HOLDS},
        "002",
    ),
    Lesson(
        "testing needs eval(); torch.no_grad() (with its parentheses) saves memory and "
        "time, and changes no answer.",
        {"C15": NOT},
        "003",
    ),
    Lesson(
        "the reason for batch statistics is not that those of the whole data set would "
        "shift and scale the input needlessly and slow the learning. Ioffe and Szegedy "
        "(2015) name two others: to compute those in every step costs too much, and "
        "gradients must flow through the statistics.",
        {"C29": HOLDS},
        "003",
    ),
    Lesson(
        '"it never reduces" internal covariate shift is more than Santurkar et al. '
        "(2018) say, which is that it might not; the answer depends on how one "
        "measures.",
        {"C35": WHEN},
        "003",
    ),
    Lesson(
        "what it calls alpha and beta are γ and β, the scale and the shift.",
        {"C31": WHEN},
        "003",
    ),
)

MONDAY = (
    Lesson(
        "Train with batch norm if your network is like ours; then search for the "
        "learning rate again, higher up.",
        {"C06": HOLDS, "C07": WHEN, "C38": HOLDS},
    ),
    Lesson(
        "Call model.eval() before you test or deploy. Use torch.no_grad() too, to save "
        "memory, but never in its place.",
        {"C14": WHEN, "C15": NOT},
    ),
    Lesson(
        "Early in training, compute the running statistics anew before you judge a "
        "network in eval mode; once the learning rate had fallen to 0, there was no "
        "need.",
        {"C18": WHEN},
    ),
    Lesson(
        "When you test on images of another size, compute the running statistics anew "
        "and compare: in our network it helped with larger images, not with smaller "
        "ones.",
        {"C20": HOLDS},
    ),
    Lesson(
        "Read momentum as the weight of the new batch in PyTorch, and of the old value "
        "in Keras.",
        {"C17": NOT},
    ),
    Lesson(
        "Where several processes share a batch and their step must equal that of one, "
        "use SyncBatchNorm (it needs a GPU).",
        {"C21": WHEN},
    ),
    Lesson(
        "Where the input drifts strongly along a sequence, use statistics for each "
        "step, or layer norm.",
        {"C22": WHEN},
    ),
    Lesson(
        "Leave out the bias right in front of batch norm in a network that you train; "
        "keep it where an activation, dropout or another norm follows, or where the "
        "batch norm layer is frozen.",
        {"C25": WHEN},
    ),
    Lesson(
        "Freeze a layer with both eval() and requires_grad_(False); repeat the eval() "
        "after every model.train().",
        {"C16": HOLDS},
    ),
    Lesson(
        "Do not freeze batch norm in fine-tuning only because the batches are small "
        "(4 images in our runs).",
        {"C28": NOT},
    ),
    Lesson(
        "Rely on batch norm where the first weights may be too large, not where they "
        "may be too small, and only for weights with a norm behind them.",
        {"C39": HOLDS},
    ),
    Lesson(
        "Look at channels one by one, with an observer that changes nothing.",
        {"C09": NOT, "C10": HOLDS},
    ),
    Lesson(
        "Do not read much into how far γ and β have moved: the recipe decides it.",
        {"C11": WHEN},
    ),
)
