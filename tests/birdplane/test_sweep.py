import pytest

from birdplane import sweep
from birdplane.experiments import Sweep
from birdplane.runs import run_sweeps
from birdplane.sweep import main

DONE = []


def square(config, seed):
    DONE.append(seed)
    return {"square": config["x"] ** 2 + seed}


def stumble(config, seed):
    raise KeyboardInterrupt


def make(experiment=square):
    return Sweep("powers", "Which powers?", experiment, ({"x": 1}, {"x": 3}), (0, 1, 2))


def test_the_command_lists_runs_and_refuses(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(sweep, "SWEEPS", {"powers": make()})
    folder = ["--folder", str(tmp_path)]
    assert main(["--list", *folder]) == 0
    assert "0 of   6 runs  Which powers?" in capsys.readouterr().out
    assert main(["powers", "--workers", "1", *folder]) == 0
    assert main(["--list", *folder]) == 0
    assert "6 of   6 runs" in capsys.readouterr().out
    assert main(["power", *folder]) == 2
    assert "did you mean 'powers'" in capsys.readouterr().err


def test_the_command_ends_with_130_after_ctrl_c(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(sweep, "SWEEPS", {"powers": make(stumble)})
    assert main(["--workers", "1", "--folder", str(tmp_path)]) == 130
    assert "The same command goes on" in capsys.readouterr().err


def test_the_command_remakes_what_is_stored(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(sweep, "SWEEPS", {"powers": make()})
    stored, place = tmp_path / "stored", tmp_path / "new"
    list(run_sweeps([make()], stored, workers=1, progress=False))
    DONE.clear()
    arguments = ["--workers=1", f"--folder={stored}", f"--remake={place}"]
    assert main(arguments) == 0
    assert len(DONE) == 6
    assert capsys.readouterr().out == "powers: the same numbers as before\n"
    with pytest.raises(SystemExit):  # nothing would be computed, all is there
        main([f"--folder={place}", f"--remake={place}"])
    assert "expected another folder" in capsys.readouterr().err
