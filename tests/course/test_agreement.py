import pytest
import torch
from torch import Tensor

from course.agreement import QUANTITIES, compare

SHAPES = [(2, 3), (16, 4), (5, 3, 7), (2, 3, 1, 1), (1, 2, 4, 4), (6, 3, 5, 4)]


def batch_norm(
    x, weight, bias, running_mean, running_var, training, momentum, eps, mistake=""
) -> tuple[Tensor, Tensor, Tensor]:
    x = x.movedim(1, -1)
    rest = tuple(range(x.dim() - 1))
    mean, var = running_mean, running_var
    if training:
        seen = x.detach() if mistake == "statistics without gradient" else x
        ddof = 1 if mistake == "normaliser divides by n - 1" else 0
        mean, var = seen.mean(rest), seen.var(rest, correction=ddof)
        kept = x.detach().var(rest, correction=0 if mistake == "biased buffer" else 1)
        weight_of_old = momentum if mistake == "momentum reversed" else 1 - momentum
        running_mean = torch.lerp(mean.detach(), running_mean, weight_of_old)
        running_var = torch.lerp(kept, running_var, weight_of_old)
    out = weight * (x - mean) / (var + eps).sqrt() + bias
    return out.movedim(-1, 1), running_mean, running_var


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("eps", [1e-5, 1e-2])
@pytest.mark.parametrize("momentum", [0.1, 1.0])
@pytest.mark.parametrize("affine", [True, False])
def test_the_formula_agrees(shape, eps, momentum, affine):
    found = compare(batch_norm, shape, eps, momentum, affine)
    assert tuple(found) == (QUANTITIES if affine else QUANTITIES[:5])
    assert max(found.values()) < 1e-11


@pytest.mark.parametrize(
    ("mistake", "seen_in"),
    [
        ("statistics without gradient", {"input gradient"}),
        (
            "normaliser divides by n - 1",
            {"training output", "input gradient", "weight gradient"},
        ),
        ("biased buffer", {"running variance", "evaluation output"}),
        (
            "momentum reversed",
            {"running mean", "running variance", "evaluation output"},
        ),
    ],
)
def test_each_mistake_shows_where_it_should(mistake, seen_in):
    def mistaken(*args):
        return batch_norm(*args, mistake=mistake)

    found = compare(mistaken, (8, 3, 4, 4))
    assert {name for name, difference in found.items() if difference > 1e-6} == seen_in


def test_the_random_state_is_left_alone():
    before = torch.get_rng_state()
    compare(batch_norm, (4, 2))
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("shape", [(3,), (1, 2, 3, 4, 5)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match="expected the shape"):
        compare(batch_norm, shape)
