"""The specimen: a residual network of 77,330 parameters, and its variants.

The names of the layers follow torchvision's ResNet.
"""

import math
from typing import Literal

import torch
from torch import Generator, Tensor, nn

from birdplane.noisy import NoisyBatchNorm2d
from birdplane.variant import NormLayer, Variant

CHANNELS = (16, 32, 64)
"""Channels of the three stages."""


class BasicBlock(nn.Module):
    """Two 3x3 convolutions, each with norm and activation, beside a skip connection.

    By default ``act2(bn2(conv2(act1(bn1(conv1(x))))) + shortcut(x))``. With
    ``norm_position="after"`` each norm changes places with its activation; the second
    pair stays behind the sum, so that every convolution gets a normalized input:
    ``bn2(act2(conv2(bn1(act1(conv1(x)))) + shortcut(x)))``.

    Args:
        in_channels: channels of the input.
        channels: channels of the output.
        stride: of the first convolution and of the shortcut.
        variant: the network's options.

    Source: He et al. (2016), *Deep Residual Learning for Image Recognition*.

    Example:
        >>> BasicBlock(16, 32, stride=2)(torch.zeros(1, 16, 8, 8)).shape
        torch.Size([1, 32, 4, 4])
    """

    def __init__(
        self,
        in_channels: int,
        channels: int,
        stride: int = 1,
        variant: Variant | None = None,
    ) -> None:
        """Make the layers, with PyTorch's own initial values."""
        super().__init__()
        self.variant = variant or Variant()
        bias = self.variant.has_conv_bias
        self.conv1 = nn.Conv2d(in_channels, channels, 3, stride, 1, bias=bias)
        self.bn1 = self.variant.make_norm(channels)
        self.act1 = self.variant.make_activation()
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=bias)
        self.bn2 = self.variant.make_norm(channels)
        self.act2 = self.variant.make_activation()
        self.dropout = self.variant.make_dropout("before", "after")
        self.shortcut: nn.Module = nn.Identity()
        if self.variant.skip and (in_channels != channels or stride != 1):
            self.shortcut = nn.Conv2d(in_channels, channels, 1, stride, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, in_channels, H, W) to (N, channels, H / stride, W / stride)."""
        y = self.conv1(x)  # (N, channels, H / stride, W / stride)
        if self.variant.norm_position == "before":
            y = self.act1(self._normalize(y, self.bn1))
            y = self._normalize(self.conv2(y), self.bn2)
            out: Tensor = self.act2(self._add_skip(y, x))
            return out
        y = self._normalize(self.act1(y), self.bn1)
        y = self.act2(self._add_skip(self.conv2(y), x))
        return self._normalize(y, self.bn2)

    def _normalize(self, x: Tensor, norm: nn.Module) -> Tensor:
        if self.variant.dropout_position == "before":
            out: Tensor = norm(self.dropout(x))
        else:
            out = self.dropout(norm(x))
        return out

    def _add_skip(self, y: Tensor, x: Tensor) -> Tensor:
        return y + self.shortcut(x) if self.variant.skip else y


class ResNet(nn.Module):
    """The course's network: airplane or bird, from 77,330 parameters.

    A stem (``conv1``, ``pool``, ``bn1``, ``act1``), three stages of 16, 32 and 64
    channels (``res_block1``, ``res_block2``, ``res_block3``), and a head: the mean over
    all positions, then ``fc``. The pool, the second and the third stage each halve
    height and width: 32, then 16, 8, 4. Images of 8 pixels and more fit.

    Args:
        norm: "batch", "group", "layer" (all of C, H, W of one image), "instance",
            "noisy" (`birdplane.noisy`), or "none". The layers are called bn1 and bn2
            whatever they hold.
        norm_position: of each norm, "before" or "after" the activation.
        affine: whether the norms have a weight γ and a bias β.
        groups: how many groups of channels norm="group" makes.
        dropout: probability that a value is zeroed in training.
        dropout_position: directly "before" or "after" each norm in the blocks, or in
            the "head" alone, behind all norms.
        conv_bias: whether the 3x3 convolutions have a bias. None: where there is no
            norm, whose bias would do the same.
        activation: "relu", "tanh" or "sigmoid".
        depth: blocks a stage, then numbered on: depth=2 has res_block1 to res_block6.
            The network has 6 * depth + 2 layers with weights, shortcuts not counted.
        skip: whether the blocks add their input to their output.
        num_classes: how many numbers the head gives for an image.
        norm_batch: how many images share the statistics of a batch norm in training
            (`birdplane.ghost`). None: the whole batch.
        held_bias: where the bias β of every norm is held. None: it begins at 0 and is
            learned.
        seed: of the initial weights, which do not depend on any random state outside.

    Raises:
        ValueError: an option's value does not exist, or two exclude each other.

    Example:
        >>> model = ResNet()
        >>> sum(p.numel() for p in model.parameters())
        77330
        >>> type(model.res_block1.bn1).__name__, model.res_block1.bn1.num_features
        ('BatchNorm2d', 16)
        >>> model(torch.zeros(4, 3, 32, 32)).shape
        torch.Size([4, 2])
    """

    def __init__(
        self,
        norm: str = "batch",
        *,
        norm_position: str = "before",
        affine: bool = True,
        groups: int = 8,
        dropout: float = 0.0,
        dropout_position: str = "before",
        conv_bias: bool | None = None,
        activation: str = "relu",
        depth: int = 1,
        skip: bool = True,
        num_classes: int = 2,
        norm_batch: int | None = None,
        held_bias: float | None = None,
        seed: int = 0,
    ) -> None:
        """Make the layers on the CPU and draw their weights."""
        super().__init__()
        self.variant = Variant(
            norm,
            norm_position,
            affine,
            groups,
            dropout,
            dropout_position,
            conv_bias,
            activation,
            depth,
            skip,
            num_classes,
            norm_batch,
            held_bias,
        )
        # PyTorch's layers draw weights as they are made, from the global generator:
        # fork_rng puts that back, and our own generator then draws the weights kept.
        with torch.random.fork_rng(devices=[]), torch.device("cpu"):
            self._make_layers()
        self.reset_parameters(seed)

    def _make_layers(self) -> None:
        bias = self.variant.has_conv_bias
        self.conv1 = nn.Conv2d(3, CHANNELS[0], 3, 1, 1, bias=bias)
        # Before the norm rather than behind the activation: that leaves a quarter of
        # the values to normalize, and a maximum does not mind what grows with it.
        self.pool = nn.MaxPool2d(2)
        self.bn1 = self.variant.make_norm(CHANNELS[0])
        self.act1 = self.variant.make_activation()
        self.blocks = 0
        width = CHANNELS[0]
        for channels in CHANNELS:
            for index in range(self.variant.depth):
                stride = 2 if index == 0 and channels != CHANNELS[0] else 1
                self.blocks += 1
                block = BasicBlock(width, channels, stride, self.variant)
                self.add_module(f"res_block{self.blocks}", block)
                width = channels
        self.dropout = self.variant.make_dropout("head")
        self.fc = nn.Linear(width, self.variant.num_classes)

    def reset_parameters(self, seed: int) -> None:
        """Draw all weights anew.

        Args:
            seed: of the generator that draws them, 0 or greater.

        Source: He et al. (2015) for ReLU, LeCun et al. (1998) for the others.

        Example:
            >>> a, b = ResNet(seed=1), ResNet(seed=0)
            >>> b.reset_parameters(seed=1)
            >>> torch.equal(a.fc.weight, b.fc.weight)
            True
        """
        generator = Generator().manual_seed(seed)
        for number, module in enumerate(self.modules()):
            if isinstance(module, nn.Conv2d | nn.Linear):
                self._draw(module, generator)
            elif isinstance(module, NormLayer):
                self.variant.reset_norm(module)
            if isinstance(module, NoisyBatchNorm2d):
                module.noise_seed = 1000 * seed + number  # of each layer another
        if self.variant.norm == "none" and self.variant.skip:
            self._quieten_branches()

    def _draw(self, module: nn.Conv2d | nn.Linear, generator: Generator) -> None:
        # ReLU halves the mean square of what it gets: the factor of 2 makes up for it.
        before_relu = (
            isinstance(module, nn.Conv2d) and self.variant.activation == "relu"
        )
        gain: Literal["relu", "linear"] = "relu" if before_relu else "linear"
        nn.init.kaiming_normal_(module.weight, nonlinearity=gain, generator=generator)
        if module.bias is not None:
            nn.init.zeros_(module.bias)

    def _quieten_branches(self) -> None:
        """Let the sum of all residual branches weigh as much as one.

        Where no norm sets the scale, every block adds its branch's variance to the
        skip connection's, and activations double from block to block: at depth 8 by
        a factor of 2**24. With 1/sqrt(blocks) on the last convolution of each branch
        they grow by a constant factor at any depth.
        """
        for block in self.children():
            if isinstance(block, BasicBlock):
                with torch.no_grad():
                    block.conv2.weight.div_(math.sqrt(self.blocks))

    def forward(self, x: Tensor) -> Tensor:
        """Map normalized images (N, 3, H, W) to logits (N, num_classes)."""
        x = self.pool(self.conv1(x))  # (N, 16, H / 2, W / 2)
        if self.variant.norm_position == "before":
            x = self.act1(self.bn1(x))
        else:
            x = self.bn1(self.act1(x))
        for number in range(1, self.blocks + 1):
            x = self.get_submodule(f"res_block{number}")(x)
        x = x.mean(dim=(2, 3))  # (N, 64, H / 8, W / 8) -> (N, 64)
        logits: Tensor = self.fc(self.dropout(x))  # (N, num_classes)
        return logits
