"""A Dask cluster on loopback, until stdin closes: a scheduler and worker processes that are started by spawn. Says its address."""

from __future__ import annotations

import sys


def main(workers: int) -> None:
    import dask
    from distributed import LocalCluster

    assert dask.config.get("distributed.worker.multiprocessing-method") == "spawn"
    cluster = LocalCluster(
        n_workers=workers, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=50
    )
    with cluster:
        sys.stdout.write(cluster.scheduler_address.removeprefix("tcp://") + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main(int(sys.argv[1]))
