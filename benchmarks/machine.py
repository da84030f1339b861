"""What a number was measured on."""

import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # comes with ipykernel
import torch

PACKAGES = (
    *("torch", "torchvision", "numpy", "xarray", "h5netcdf", "matplotlib"),
    *("fastai", "tensorboard", "torchexplorer"),
)


# Nobody's account is to be logged into.
ENVIRONMENT = {"WANDB_MODE": "disabled"} | os.environ


def machine() -> dict[str, str]:
    """Describe processor, memory, system and settings."""
    return {
        "processor": processor(),
        "cores": str(psutil.cpu_count(logical=False) or os.cpu_count()),
        "threads": str(torch.get_num_threads()),
        "kernels": torch.backends.cpu.get_cpu_capability(),
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.machine()}",
        "GOMP_SPINCOUNT": ENVIRONMENT.get("GOMP_SPINCOUNT", "not set"),
    }


def versions() -> dict[str, str]:
    """Give the versions of Python and of the packages that are measured."""
    return {"python": platform.python_version()} | {
        package: found for package in PACKAGES if (found := installed(package))
    }


def installed(package: str) -> str | None:
    """Give a package's version; None where it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def processor() -> str:
    """Name the processor, as well as the system knows it."""
    if platform.system() == "Darwin":
        command = ["sysctl", "-n", "machdep.cpu.brand_string"]
        return subprocess.run(command, capture_output=True, text=True).stdout.strip()
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if "model name" in line]
    return names[0] if names else platform.processor() or platform.machine()


def busy() -> float | None:
    """Say how many programs wanted to run in the last minute; None: not known."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None
