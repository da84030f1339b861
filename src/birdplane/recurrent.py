"""A small recurrent network, which reads an image row by row, and its norms."""

import torch
from torch import Generator, Tensor, nn

NORMS = ("shared", "per step", "layer", "none")


class RowReader(nn.Module):
    """Airplane or bird from a sequence: the rows of the image, from top to bottom.

    At every step the hidden state is ``tanh(norm(W x + U h))``, of the row x and the
    state h before; W, U and the norm's γ and β are the same at all steps. The mean of
    all states goes to ``fc``.

    Args:
        norm: "shared", one batch norm for all steps; "per step", a batch norm each,
            which share γ and β, so that only their running statistics differ;
            "layer", one layer norm; or "none".
        width: numbers in a row, 3 · W of an image.
        hidden: numbers in the state.
        steps: how many steps have a batch norm of their own. Every later one takes
            the last.
        seed: of the weights, which depend on no random state outside.

    Raises:
        ValueError: no such norm.

    Source: Elman (1990) for the network; Cooijmans et al. (2016), *Recurrent Batch
    Normalization*, for statistics per step.

    Example:
        >>> RowReader("layer")(torch.zeros(4, 3, 32, 32)).shape
        torch.Size([4, 2])
    """

    def __init__(
        self,
        norm: str = "per step",
        *,
        width: int = 96,
        hidden: int = 64,
        steps: int = 32,
        seed: int = 0,
    ) -> None:
        """Make the layers on the CPU and draw their weights."""
        super().__init__()
        if norm not in NORMS:
            names = ", ".join(repr(name) for name in NORMS)
            raise ValueError(f"RowReader: norm expects one of {names}; got {norm!r}.")
        with torch.random.fork_rng(devices=[]), torch.device("cpu"):
            self.row = nn.Linear(width, hidden, bias=False)
            self.state = nn.Linear(hidden, hidden, bias=False)
            self.norms = _norms(norm, hidden, steps)
            self.fc = nn.Linear(hidden, 2)
        generator = Generator().manual_seed(seed)
        for layer in (self.row, self.fc):
            nn.init.kaiming_normal_(
                layer.weight, nonlinearity="linear", generator=generator
            )
        nn.init.orthogonal_(self.state.weight, generator=generator)
        nn.init.zeros_(self.fc.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Map images (N, 3, H, W) of any height to logits (N, 2)."""
        rows = self.row(x.permute(2, 0, 1, 3).flatten(2))  # (H, N, hidden)
        state, states = torch.zeros_like(rows[0]), []
        for step, row in enumerate(rows):
            norm = self.norms[min(step, len(self.norms) - 1)]
            state = torch.tanh(norm(row + self.state(state)))
            states.append(state)
        logits: Tensor = self.fc(torch.stack(states).mean(0))
        return logits


def _norms(norm: str, hidden: int, steps: int) -> nn.ModuleList:
    """The norm of every step, or the one of all."""
    if norm == "layer":
        return nn.ModuleList([nn.LayerNorm(hidden)])
    if norm == "none":
        return nn.ModuleList([nn.Identity()])
    many = nn.ModuleList(
        nn.BatchNorm1d(hidden) for _ in range(steps if norm == "per step" else 1)
    )
    for each in many:
        each.weight, each.bias = many[0].weight, many[0].bias
    return many
