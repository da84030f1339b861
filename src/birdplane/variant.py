"""The options that make one network differ from another, checked in one place."""

from collections.abc import Collection
from dataclasses import dataclass

from torch import nn

from birdplane.ghost import GhostBatchNorm2d
from birdplane.noisy import NoisyBatchNorm2d

NormLayer = nn.BatchNorm2d | nn.GroupNorm | nn.InstanceNorm2d
NORMS = ("batch", "group", "layer", "instance", "noisy", "none")
POSITIONS = ("before", "after")
DROPOUT_POSITIONS = ("before", "after", "head")
ACTIVATIONS: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
}


@dataclass(frozen=True)
class Variant:
    """What `birdplane.ResNet` may vary; its docstring says what each option means.

    Raises:
        ValueError: an option's value does not exist, or two exclude each other.

    Example:
        >>> Variant(norm="group", groups=4).make_norm(16).num_groups
        4
        >>> Variant(norm="bach")
        Traceback (most recent call last):
        ...
        ValueError: ResNet: norm expects one of 'batch', 'group', ...; got 'bach'.
    """

    norm: str = "batch"
    norm_position: str = "before"
    affine: bool = True
    groups: int = 8
    dropout: float = 0.0
    dropout_position: str = "before"
    conv_bias: bool | None = None
    activation: str = "relu"
    depth: int = 1
    skip: bool = True
    num_classes: int = 2
    norm_batch: int | None = None
    held_bias: float | None = None

    def __post_init__(self) -> None:
        """Check every option, then the combinations."""
        _expect_one_of("norm", self.norm, NORMS)
        _expect_one_of("norm_position", self.norm_position, POSITIONS)
        _expect_one_of("dropout_position", self.dropout_position, DROPOUT_POSITIONS)
        _expect_one_of("activation", self.activation, ACTIVATIONS)
        _expect_whole("depth", self.depth, 1)
        _expect_whole("groups", self.groups, 1)
        _expect_whole("num_classes", self.num_classes, 2)
        if self.norm_batch is not None:
            _expect_whole("norm_batch", self.norm_batch, 1)
        if not 0 <= self.dropout < 1:
            raise ValueError(
                "ResNet: dropout is the probability that a value is zeroed, expected "
                f"0 <= dropout < 1; got {self.dropout!r}."
            )
        self._check_combinations()

    def _check_combinations(self) -> None:
        if self.norm == "none" and self.norm_position == "after":
            raise ValueError(
                "ResNet: norm='none' leaves nothing to put after the activation; got "
                "norm_position='after'. Leave norm_position out, or choose a norm."
            )
        if self.norm == "none" and not self.affine:
            raise ValueError(
                "ResNet: norm='none' has no weight and bias to leave out; got "
                "affine=False. Leave affine out, or choose a norm."
            )
        if self.norm != "batch" and self.norm_batch is not None:
            raise ValueError(
                f"ResNet: norm={self.norm!r} takes no statistics from a batch; got "
                f"norm_batch={self.norm_batch}. Leave norm_batch out, or norm."
            )
        if self.held_bias is not None and (self.norm == "none" or not self.affine):
            raise ValueError(
                f"ResNet: there is no bias to hold with norm={self.norm!r} and "
                f"affine={self.affine}; got held_bias={self.held_bias}. Leave "
                "held_bias out, or choose an affine norm."
            )
        if self.norm == "group" and 16 % self.groups:
            raise ValueError(
                "ResNet: groups must divide the 16, 32 and 64 channels; got "
                f"{self.groups}. 1, 2, 4, 8 and 16 do."
            )

    @property
    def has_conv_bias(self) -> bool:
        """Whether the 3x3 convolutions have a bias: by default without a norm only."""
        return self.norm == "none" if self.conv_bias is None else self.conv_bias

    def make_norm(self, channels: int) -> nn.Module:
        """The normalization for (N, channels, H, W).

        Args:
            channels: of the tensor to be normalized.

        Returns:
            The module; for "layer" one group of all channels, as (C, H, W) is what a
            layer norm of an image averages over; for "none" the identity.

        Example:
            >>> Variant(norm="layer").make_norm(16).num_groups
            1
        """
        if self.norm == "batch" and self.norm_batch is not None:
            return GhostBatchNorm2d(channels, self.norm_batch, affine=self.affine)
        if self.norm == "batch":
            return nn.BatchNorm2d(channels, affine=self.affine)
        if self.norm == "noisy":
            return NoisyBatchNorm2d(channels, affine=self.affine)
        if self.norm == "group":
            return nn.GroupNorm(self.groups, channels, affine=self.affine)
        if self.norm == "layer":
            return nn.GroupNorm(1, channels, affine=self.affine)
        if self.norm == "instance":
            return nn.InstanceNorm2d(channels, affine=self.affine)
        return nn.Identity()

    def reset_norm(self, norm: NormLayer) -> None:
        """Set γ = 1, β = 0 or where it is held, and running statistics to 0 and 1.

        Args:
            norm: as `make_norm` makes it, unless it is the identity.

        Example:
            >>> variant = Variant(held_bias=2.0)
            >>> norm = variant.make_norm(1)
            >>> variant.reset_norm(norm)
            >>> norm.bias.tolist(), norm.bias.requires_grad
            ([2.0], False)
        """
        norm.reset_parameters()
        if self.held_bias is not None:
            nn.init.constant_(norm.bias, self.held_bias)
            norm.bias.requires_grad_(False)

    def make_dropout(self, *positions: str) -> nn.Dropout:
        """The dropout of a place in the network.

        Args:
            positions: the values of dropout_position that put one there.

        Returns:
            The module; its probability is 0, and it does nothing, elsewhere.

        Example:
            >>> Variant(dropout=0.3).make_dropout("head")
            Dropout(p=0.0, inplace=False)
        """
        return nn.Dropout(self.dropout if self.dropout_position in positions else 0.0)

    def make_activation(self) -> nn.Module:
        """The activation, which leaves its input as it is (not in place).

        Example:
            >>> Variant(activation="tanh").make_activation()
            Tanh()
        """
        return ACTIVATIONS[self.activation]()


def _expect_one_of(option: str, got: object, known: Collection[str]) -> None:
    if got not in known:
        names = ", ".join(repr(name) for name in known)
        raise ValueError(f"ResNet: {option} expects one of {names}; got {got!r}.")


def _expect_whole(option: str, got: object, least: int) -> None:
    if not isinstance(got, int) or isinstance(got, bool) or got < least:
        raise ValueError(
            f"ResNet: {option} expects a whole number of at least {least}; got {got!r}."
        )
