import pytest

from hooks import record


@pytest.mark.parametrize("start", ["train", "eval"])
@pytest.mark.parametrize("mode", ["train", "eval", "any", None])
def test_only_passes_in_the_mode_are_recorded(n, bn, normal, start, mode):
    bn.train(start == "train")
    with record(bn, "", mode=mode) as recorder:
        bn.train()
        bn(normal(8, 2))
        bn.eval()
        bn(normal(16, 2))
    wanted = {"train": [8], "eval": [16], "any": [24]}
    assert n(recorder) == wanted[mode or start]
    assert recorder.recording[""].attrs["mode"] == (mode or start)


def test_the_mode_is_that_of_the_model_not_of_the_layer(n, net, images):
    net.block.bn1.eval()  # frozen, as in fine-tuning
    with record(net, "block.bn1") as recorder:
        net(images)
        net.eval()
        net(images)
    assert n(recorder, "block.bn1") == [8 * 36]


def test_nothing_is_recorded_while_paused(n, bn, normal):
    with record(bn, "") as recorder:
        bn(normal(8, 2))
        with recorder.paused():
            bn(normal(16, 2))
            with recorder.paused():
                bn(normal(16, 2))
            bn(normal(16, 2))
        bn(normal(4, 2))
        with pytest.raises(KeyboardInterrupt), recorder.paused():
            raise KeyboardInterrupt
        bn(normal(2, 2))
    assert n(recorder) == [14]


@pytest.mark.parametrize("every", [1, 2, 3])
def test_every_so_many_th_pass_is_recorded(n, bn, normal, every):
    with record(bn, "", every=every, trace=True) as recorder:
        for i in range(7):
            bn(normal(2**i + 1, 2))
            with recorder.paused():
                bn(normal(1000, 2))
    assert n(recorder) == [sum(2**i + 1 for i in range(0, 7, every))]
    layer = recorder.recording[""]
    assert layer.sizes["step"] == len(range(0, 7, every))
    assert layer.attrs["every"] == every


def test_a_layer_that_is_never_called_is_named(net, images):
    recorder = record(net, ["fc", "stem.1"])
    with (
        pytest.warns(UserWarning, match=r"'fc' is not in .* not called") as caught,
        recorder,
    ):
        net.stem(images)
    assert [w.filename for w in caught] == [__file__]
    assert list(recorder.recording) == ["stem.1"]


def test_a_layer_that_is_never_called_in_the_mode_is_named(bn, normal):
    recorder = record(bn, "")
    bn.eval()
    message = r"its 2 calls were not in train mode; pass mode='any'"
    with pytest.warns(UserWarning, match=message), recorder:
        bn(bn(normal(8, 2)))
    assert len(recorder.recording) == 0


def test_a_layer_whose_calls_were_all_paused_is_named(bn, normal):
    recorder = record(bn, "")
    message = "its 1 calls came while paused"
    with pytest.warns(UserWarning, match=message), recorder, recorder.paused():
        bn(normal(8, 2))
