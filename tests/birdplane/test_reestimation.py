import pytest
import torch
from torch import nn

from birdplane import ResNet, normalize
from birdplane.reestimation import reestimate

BUFFERS = ("running_mean", "running_var")


@pytest.fixture(scope="module")
def few(val):
    return val.images[900:1100]


def layer(width=3):
    return nn.Sequential(nn.BatchNorm2d(width))


def test_one_batch_gives_the_statistics_of_its_images(few):
    images = normalize(few)
    afresh = reestimate(layer(), images, batch_size=len(images))[0]
    var, mean = torch.var_mean(images.double(), (0, 2, 3))
    near = {"rtol": 1e-3, "atol": 1e-5, "check_dtype": False}
    torch.testing.assert_close(afresh.running_mean, mean, **near)
    torch.testing.assert_close(afresh.running_var, var, **near)


def test_batches_weigh_the_same_and_a_last_short_one_is_left_out(few):
    images = normalize(few)[:50]
    afresh = reestimate(layer(), images, batch_size=20)[0]
    order = torch.randperm(50, generator=torch.Generator().manual_seed(0))
    means = [images[chosen].mean((0, 2, 3)) for chosen in order.split(20)[:2]]
    torch.testing.assert_close(afresh.running_mean, torch.stack(means).mean(0))
    assert afresh.num_batches_tracked == 2


def test_dropout_is_off_in_the_meantime(few):
    plain = ResNet()
    noisy = ResNet(dropout=0.5)
    wanted, found = (reestimate(m, few, batch_size=50) for m in (plain, noisy))
    for key, value in wanted.state_dict().items():
        assert torch.equal(value, found.state_dict()[key])


@pytest.mark.parametrize("training", [True, False])
def test_the_model_itself_and_all_modes_stay(few, training):
    model = ResNet(dropout=0.5).train(training)
    model.res_block1.bn1.train(not training)
    before = {key: value.clone() for key, value in model.state_dict().items()}
    afresh = reestimate(model, few, batch_size=50)
    for key, value in model.state_dict().items():
        assert torch.equal(value, before[key])
    for old, new in zip(model.modules(), afresh.modules(), strict=True):
        assert old.training is new.training
        assert getattr(old, "momentum", None) == getattr(new, "momentum", None)


def test_too_few_images_are_refused(few):
    with pytest.raises(ValueError, match=r"at least one batch of 125 images; got 10"):
        reestimate(layer(), few[:10])
