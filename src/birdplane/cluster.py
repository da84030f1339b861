"""Let sweeps run on a Dask cluster instead of on this machine's own processes."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from joblib import parallel_config

LOCAL = "local"
TIMEOUT = 10  # seconds to wait for a scheduler


@contextmanager
def dask_cluster(address: str, workers: int = 2) -> Iterator[None]:
    """Send what joblib runs inside the block to a Dask cluster.

    The workers of a cluster need this package, of the same version, with its data.

    Args:
        address: of a scheduler, as "tcp://10.0.0.1:8786"; "local" starts a cluster on
            this machine, which ends with the block.
        workers: processes of a local cluster, each with one thread.

    Raises:
        ModuleNotFoundError: dask and distributed are not installed.
        OSError: no scheduler answers at the address.

    Example:
        >>> with dask_cluster("tcp://"):
        ...     pass
        Traceback (most recent call last):
        ...
        ValueError: ...
    """
    try:
        from distributed import Client, LocalCluster
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "dask_cluster: dask and distributed are not installed; "
            '`pip install -c constraints.txt -e ".[cluster]"` brings them'
        ) from error
    with ExitStack() as stack:
        place: object = address
        if address == LOCAL:
            local = LocalCluster(  # type: ignore[no-untyped-call]
                n_workers=workers, threads_per_worker=1, dashboard_address=None
            )
            place = stack.enter_context(local)
        client = Client(place, timeout=TIMEOUT)  # type: ignore[no-untyped-call]
        stack.enter_context(client)
        stack.enter_context(parallel_config(backend="dask"))
        yield
