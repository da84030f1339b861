"""A patient has two sick layers, and the recording shows which."""

import pytest
import torch
import torchvision

import hooks
from course import patient


@pytest.mark.parametrize("number", [1, 8])
def test_the_two_layers_are_sick_and_no_other(number):
    torch.manual_seed(0)
    model = torchvision.models.resnet18()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    patient.admit(model, number)
    sick = patient.diagnosis(number)
    frozen, faint = sorted(sick, key=lambda name: sick[name] == "faint")
    resting = [name for name, module in model.named_modules() if not module.training]
    assert resting == [frozen]
    after = model.state_dict()
    changed = [name for name in before if not torch.equal(before[name], after[name])]
    assert changed == [faint.replace("bn", "conv") + ".weight"]
    with torch.no_grad(), hooks.record(model) as recorder:
        model(torch.randn(8, 3, 64, 64))
    for name, layer in recorder.recording.items():
        output = layer.isel(snapshot=0).sel(side="output")
        assert (float(abs(output["mean"]).max()) > 0.3) is (name == frozen)
        assert (float(output["var"].median()) < 0.25) is (name == faint)


def test_patients_differ():
    assert len({tuple(patient.diagnosis(number)) for number in range(20)}) > 5
