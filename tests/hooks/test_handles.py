import copy
import io
import pickle

import pytest
import torch
from torch import nn

from hooks.handles import attach, detach


@pytest.fixture
def model():
    return nn.Sequential(nn.Linear(2, 3), nn.ReLU())


def named(model):
    return {name: m for name, m in model.named_modules() if name}


def test_each_layer_is_called_before_and_after(model):
    seen = []

    def maker(when):
        return lambda name: lambda module, *given: seen.append((when, name, len(given)))

    handles = attach(named(model), maker("before"), maker("after"))
    model(torch.ones(1, 2))
    # before: args and kwargs; after: the output too
    one_pass = [(when, n, k) for n in "01" for when, k in (("before", 2), ("after", 3))]
    assert seen == one_pass
    detach(handles)
    model(torch.ones(1, 2))
    assert seen == one_pass


def test_keyword_arguments_reach_the_hooks(model):
    seen = []
    attach(
        {"": model},
        lambda name: lambda module, args, kwargs: seen.append((args, kwargs)),
        lambda name: lambda module, args, kwargs, output: seen.append((args, kwargs)),
    )
    x = torch.ones(1, 2)
    model(input=x)
    assert seen == [((), {"input": x})] * 2


def test_a_hook_cannot_change_what_passes(model):
    x = torch.ones(1, 2)
    wanted = model(x)
    attach(named(model), lambda name: lambda *given: 1, lambda name: lambda *given: 1)
    assert torch.equal(model(x), wanted)


def test_all_hooks_or_none(model, hook_count):
    def after(name):
        if name == "1":
            raise KeyboardInterrupt
        return lambda *given: None

    with pytest.raises(KeyboardInterrupt):
        attach(named(model), lambda name: lambda *given: None, after)
    assert hook_count(model) == 0


def test_detaching_leaves_nothing_and_may_come_twice(model, hook_count):
    handles = attach(named(model), *[lambda name: lambda *given: None] * 2)
    assert hook_count(model) > 0
    detach(handles)
    assert hook_count(model) == 0
    assert handles == []
    detach(handles)


def by_torch_save(model):
    file = io.BytesIO()
    torch.save(model, file)
    file.seek(0)
    return torch.load(file, weights_only=False)


def by_pickle(model):
    return pickle.loads(pickle.dumps(model))


@pytest.mark.parametrize("copied", [copy.deepcopy, by_pickle, by_torch_save])
def test_a_copy_of_a_watched_model_is_not_watched(model, copied):
    seen = []
    unpicklable = (each for each in seen)  # what the hook holds is not taken along

    def maker(name):
        return lambda *given: seen.append(unpicklable)

    attach(named(model), maker, maker)
    x = torch.ones(1, 2)
    twin = copied(model)
    assert torch.equal(twin(x), twin(x))
    assert seen == []
    assert torch.equal(model(x), twin(x))
    assert len(seen) == 4
