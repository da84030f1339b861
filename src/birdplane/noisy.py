"""Batch normalization with noise behind it: a covariate shift made on purpose."""

import torch
from torch import Generator, Tensor, nn


class NoisyBatchNorm2d(nn.BatchNorm2d):
    """Batch norm whose output is shifted and stretched anew in every training step.

    In training, every pass draws two numbers for each channel: the output is multiplied
    by the one and moved by the other, the same for all images and positions. So the
    channel's distribution is another in every step, and its shape is left alone. In
    evaluation there is no noise, as with dropout.

    The noise is a function of `noise_seed` and of the batches seen so far: it touches
    no random generator, a copy draws the same, and so does a pass that is repeated
    from the same buffers.

    Args:
        num_features: channels C.
        shift: largest distance by which a channel is moved, to either side.
        stretch: largest change of the factor, from 1 to either side; below 1.
        affine: whether there are a weight γ and a bias β.

    Source: after the "noisy" batch norm of Santurkar et al. (2018), *How Does Batch
    Normalization Help Optimization?*, which also draws numbers for every image.

    Example:
        >>> norm = NoisyBatchNorm2d(2)
        >>> x = torch.arange(16.0).reshape(4, 2, 1, 2)
        >>> first, second = norm(x), norm(x)
        >>> torch.equal(first, second), torch.equal(norm.eval()(x), norm(x))
        (False, True)
    """

    def __init__(
        self,
        num_features: int,
        *,
        shift: float = 0.5,
        stretch: float = 0.25,
        affine: bool = True,
    ) -> None:
        """Make what `nn.BatchNorm2d` has, and remember how strong the noise is."""
        super().__init__(num_features, affine=affine)
        if shift < 0 or not 0 <= stretch < 1:
            raise ValueError(
                "NoisyBatchNorm2d: expected shift of at least 0 and 0 <= stretch < 1; "
                f"got shift={shift!r} and stretch={stretch!r}."
            )
        self.shift, self.stretch = shift, stretch
        self.noise_seed = 0

    def noise(self, step: int) -> Tensor:
        """What the batch number `step` is multiplied by and moved by.

        Args:
            step: batches seen before it.

        Returns:
            (2, C): factors, then shifts.
        """
        seed = self.noise_seed * 1_000_003 + step
        draw = torch.rand(2, self.num_features, generator=Generator().manual_seed(seed))
        strength = torch.tensor([[self.stretch], [self.shift]])
        return (2 * draw - 1) * strength + torch.tensor([[1.0], [0.0]])

    def forward(self, x: Tensor) -> Tensor:
        """Normalize (N, C, H, W), then shift and stretch each channel, in training."""
        step = int(self.num_batches_tracked or 0)
        y: Tensor = super().forward(x)
        if not self.training:
            return y
        factor, move = self.noise(step).to(y)[:, :, None, None]  # (C, 1, 1) each
        out: Tensor = y * factor + move
        return out

    def extra_repr(self) -> str:
        """What `nn.BatchNorm2d` says, and how strong the noise is."""
        plain: str = super().extra_repr()  # type: ignore[no-untyped-call]
        return f"{plain}, shift={self.shift}, stretch={self.stretch}"
