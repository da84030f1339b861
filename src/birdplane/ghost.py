"""Batch normalization whose statistics come from fewer images than the batch has."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from birdplane.running import follow


class GhostBatchNorm2d(nn.BatchNorm2d):
    """Batch norm of groups of images: the optimizer's batch may be larger than theirs.

    In training every group of `group` images in a row is normalized with its own mean
    and variance. What is left over at the end is a smaller group of its own; a batch
    of at most `group` images is treated as `nn.BatchNorm2d` treats it, bit for bit.
    Evaluation is that of `nn.BatchNorm2d`.

    The running statistics move once a batch, towards the mean of the groups' means and
    unbiased variances, each group weighted by its images. So they follow what batches
    of that size would give, without the noise of following so few images.

    Args:
        num_features: channels C.
        group: images that share statistics, 1 or more.
        affine: whether there are a weight γ and a bias β.
        momentum: weight of the new batch in the running statistics; None: the mean of
            all batches so far.

    Source: Hoffer, Hubara & Soudry (2017), *Train longer, generalize better*.

    Example:
        >>> x = torch.tensor([1.0, 3.0, 10.0, 30.0])[:, None, None, None]
        >>> GhostBatchNorm2d(1, group=2)(x).round(decimals=4).flatten().tolist()
        [-1.0, 1.0, -1.0, 1.0]
    """

    def __init__(
        self,
        num_features: int,
        group: int,
        *,
        affine: bool = True,
        momentum: float | None = 0.1,
    ) -> None:
        """Make what `nn.BatchNorm2d` has, and nothing more."""
        super().__init__(num_features, affine=affine, momentum=momentum)
        if not isinstance(group, int) or isinstance(group, bool) or group < 1:
            raise ValueError(
                "GhostBatchNorm2d: group expects a whole number of images, at least "
                f"1; got {group!r}."
            )
        self.group = group

    def forward(self, x: Tensor) -> Tensor:
        """Normalize (N, C, H, W), in training each group of images by itself."""
        if not self.training or len(x) <= self.group:
            return super().forward(x)
        self._check_input_dim(x)
        parts = torch.split(x, self.group)  # (group, C, H, W), the last fewer
        means = x.new_zeros(len(parts), self.num_features, dtype=torch.float32)
        variances = torch.zeros_like(means)
        out = [
            # With momentum 1 the running statistics are those of the group alone.
            F.batch_norm(
                part, mean, var, self.weight, self.bias, True, 1.0, eps=self.eps
            )
            for part, mean, var in zip(parts, means, variances, strict=True)
        ]
        shares = means.new_tensor([len(part) / len(x) for part in parts])  # (groups,)
        with torch.no_grad():
            follow(self, shares @ means, shares @ variances)
        return torch.cat(out)

    def extra_repr(self) -> str:
        """What `nn.BatchNorm2d` says, and the group."""
        plain: str = super().extra_repr()  # type: ignore[no-untyped-call]
        return f"{plain}, group={self.group}"
