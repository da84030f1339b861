"""The two splits, decoded once for all the tests."""

import pytest

import birdplane


@pytest.fixture(scope="session")
def train() -> birdplane.BirdPlane:
    return birdplane.load("train")


@pytest.fixture(scope="session")
def val() -> birdplane.BirdPlane:
    return birdplane.load("val")
