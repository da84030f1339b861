import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torchvision.transforms import ToTensor

import birdplane


@pytest.fixture
def few(val):
    return val.images[900:1100], val.labels[900:1100]


def test_predict_is_the_model_in_eval_mode(few):
    model = birdplane.ResNet(dropout=0.5)
    logits = birdplane.predict(model, few)
    with torch.no_grad():
        expected = model.eval()(birdplane.normalize(few[0]))
    torch.testing.assert_close(logits, expected)


def test_predict_takes_data_pairs_and_images_and_any_batch_size(few, val):
    model = birdplane.ResNet()
    expected = birdplane.predict(model, few)
    torch.testing.assert_close(birdplane.predict(model, few[0]), expected)
    torch.testing.assert_close(
        birdplane.predict(model, birdplane.normalize(few[0]), batch_size=7), expected
    )
    assert birdplane.predict(model, val).shape == (2000, 2)


def test_evaluate_is_the_mean_by_hand(few):
    model = birdplane.ResNet()
    logits = birdplane.predict(model, few)
    score = birdplane.evaluate(model, few)
    assert score.loss == pytest.approx(F.cross_entropy(logits, few[1]).item())
    assert score.accuracy == pytest.approx((logits.argmax(1) == few[1]).double().mean())


def test_modes_and_buffers_are_as_before_even_after_an_error(few):
    model = birdplane.ResNet()
    model.res_block2.eval()
    modes = [m.training for m in model.modules()]
    buffers = {name: b.clone() for name, b in model.named_buffers()}
    state = torch.get_rng_state()
    birdplane.evaluate(model, few)
    handle = model.fc.register_forward_hook(lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        birdplane.evaluate(model, few)
    handle.remove()
    assert [m.training for m in model.modules()] == modes
    assert all(torch.equal(buffers[name], b) for name, b in model.named_buffers())
    assert torch.equal(torch.get_rng_state(), state)


def test_a_model_without_parameters_runs_on_the_cpu(few):
    model = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
    assert birdplane.predict(model, few).shape == (200, 3)


def test_a_transform_is_not_passed_over_in_silence():
    with pytest.raises(ValueError, match=r"^evaluate: .*transform.*\.images"):
        birdplane.evaluate(
            birdplane.ResNet(), birdplane.load("val", transform=ToTensor())
        )


@pytest.mark.parametrize(
    ("data", "error", "words"),
    [
        ([1, 2], TypeError, "expected a data set with images and labels.*list"),
        (
            (torch.zeros(2, 3, 8, 8), torch.zeros(3)),
            ValueError,
            r"each of 2 images.*\(3,\)",
        ),
        ((torch.zeros(2, 1, 8, 8), torch.zeros(2)), ValueError, r"\(N, 3, H, W\)"),
        ((torch.zeros(0, 3, 8, 8), torch.zeros(0)), ValueError, "N > 0"),
    ],
)
def test_what_does_not_fit_is_refused(data, error, words):
    with pytest.raises(error, match=f"^evaluate: .*{words}"):
        birdplane.evaluate(birdplane.ResNet(), data)


def test_a_batch_size_of_zero_is_refused(few):
    with pytest.raises(ValueError, match=r"predict: batch_size .* at least 1; got 0"):
        birdplane.predict(birdplane.ResNet(), few, batch_size=0)
