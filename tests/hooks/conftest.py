"""Networks to watch, what NumPy says of their values, and the same examples always."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
import torch
import xarray as xr
from hypothesis import settings
from torch import Tensor, nn

import hooks

settings.register_profile(
    "hooks", derandomize=True, deadline=None, database=None, max_examples=40
)
settings.load_profile("hooks")


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """Tensors so small are added up faster by one thread than by several."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


class Residual(nn.Module):
    """Two convolutions, with an in-place ReLU, dropout and a shortcut."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(4, 4, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(4)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(4, 4, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(4)
        self.dropout = nn.Dropout2d(0.5)

    def forward(self, x: Tensor) -> Tensor:
        inner = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        return self.relu(self.dropout(inner) + x)  # the same ReLU a second time


class Net(nn.Module):
    """A small network with all that is awkward to watch."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(inplace=True)
        )
        self.block = Residual()
        self.dropout = nn.Dropout(0.3)
        self.fc = nn.Linear(4, 2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.block(self.stem(x)).mean((2, 3))
        return self.fc(self.dropout(x))


@pytest.fixture(scope="session")
def make_net() -> Callable[[], Net]:
    """Make the network, always with the same weights."""

    def make() -> Net:
        with torch.random.fork_rng():
            torch.manual_seed(0)
            return Net()

    return make


@pytest.fixture
def net(make_net: Callable[[], Net]) -> Net:
    return make_net()


@pytest.fixture
def images() -> Tensor:
    return draw(8, 3, 6, 6)


def draw(*shape: int, seed: int = 0) -> Tensor:
    """Normal values that depend on nothing but the arguments."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


@pytest.fixture(scope="session")
def normal() -> Callable[..., Tensor]:
    return draw


@pytest.fixture(scope="session")
def expected() -> Callable[..., dict[str, np.ndarray]]:
    """Give what NumPy says, at once and in float64, of the channels of a tensor."""

    def statistics(
        x: Tensor, axis: int = 1, bins: int = 64, range: tuple = (-6.0, 6.0)
    ) -> dict[str, np.ndarray]:
        values = np.moveaxis(x.detach().double().numpy(), axis, 0)
        edges = np.linspace(*range, bins + 1)
        rows = [_channel(v, edges) for v in values.reshape(len(values), -1)]
        return {name: np.stack([row[name] for row in rows]) for name in rows[0]}

    return statistics


def _channel(values: np.ndarray, edges: np.ndarray) -> dict[str, np.ndarray]:
    finite = values[np.isfinite(values)]
    return {
        "n": np.array(len(values)),
        "mean": finite.mean() if len(finite) else np.nan,
        "var": finite.var() if len(finite) else np.nan,
        "counts": np.histogram(finite, edges)[0],
        "below": (finite < edges[0]).sum(),
        "above": (finite > edges[-1]).sum(),
        "nan": np.isnan(values).sum(),
        "inf": np.isinf(values).sum(),
    }


@pytest.fixture(scope="session")
def watch() -> Callable[..., xr.Dataset]:
    """Pass tensors through one layer, each a pass, and give what was recorded."""

    def recorded(module: nn.Module, *inputs: Tensor, **settings: object) -> xr.Dataset:
        with hooks.record(module, type(module), **settings) as recorder:
            for x in inputs:
                module(x)
        return recorder.recording[""]

    return recorded


@pytest.fixture(scope="session")
def agree() -> Callable[..., None]:
    """Hold one side of a dataset's only row against what NumPy says."""

    def check(
        layer: xr.Dataset, side: str, truth: dict[str, np.ndarray], rtol: float = 1e-9
    ) -> None:
        row = layer.sel(side=side).isel(snapshot=0)
        deviation = np.sqrt(truth["var"])
        for name, wanted in truth.items():
            seen = row[name].values
            if name == "mean":  # means near zero are as exact as the values allow
                error = np.abs(seen - wanted)
                allowed = rtol * np.maximum(np.abs(wanted), deviation)
                right = (error <= allowed + 1e-300) | np.isnan(seen) & np.isnan(wanted)
                assert right.all(), (side, name, seen, wanted)
            else:
                tolerance = rtol if name == "var" else 0
                np.testing.assert_allclose(seen, wanted, rtol=tolerance, err_msg=name)

    return check


@pytest.fixture(scope="session")
def hook_count() -> Callable[[nn.Module], int]:
    """Count all that is registered on the modules of a model."""

    def count(model: nn.Module) -> int:
        return sum(
            len(value)
            for module in model.modules()
            for name, value in vars(module).items()
            if "hooks" in name and hasattr(value, "__len__")
        )

    return count


@pytest.fixture
def bn() -> nn.BatchNorm1d:
    return nn.BatchNorm1d(2)


@pytest.fixture(scope="session")
def n() -> Callable[..., list[int]]:
    """Give the numbers of values by snapshot, of the first channel's input."""

    def count(recorder: hooks.Recorder, layer: str = "") -> list[int]:
        recorded = recorder.recording[layer].n
        return recorded.sel(side="input", channel=0).values.tolist()

    return count
