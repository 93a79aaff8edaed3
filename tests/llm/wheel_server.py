"""llama.cpp's own server out of the wheel `xllamacpp`, as a program of its own.

    python -m tests.llm.wheel_server FOLDER --model FILE --port PORT [options]

FOLDER is where the wheel was unpacked. The options are those of `llama-server`, as far
as the tests give them.
"""

import signal
import sys
from argparse import ArgumentParser, Namespace
from importlib import import_module


def main() -> None:
    """Serve until the process is ended."""
    given = _read_options()
    sys.path.insert(0, given.folder)
    native = import_module("xllamacpp")
    params = native.CommonParams()
    params.model.path = given.model
    params.model_alias = {given.alias}
    params.hostnames = [given.host]
    params.port = given.port
    params.n_ctx = given.ctx_size
    params.n_parallel = given.parallel
    params.n_predict = given.predict
    params.cache_ram_mib = given.cache_ram
    for each in (params.cpuparams, params.cpuparams_batch):
        each.n_threads = given.threads
    if given.seed is not None:
        params.sampling.seed = given.seed
    params.use_jinja = given.jinja
    params.endpoint_slots = True
    server = native.Server(params)  # noqa: F841 (it serves as long as it is kept)
    signal.pause()


def _read_options() -> Namespace:
    parser = ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--model", required=True)
    parser.add_argument("--alias", required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--ctx-size", type=int, required=True)
    parser.add_argument("--parallel", type=int, default=1)
    parser.add_argument("--predict", type=int, default=-1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--cache-ram", type=int, default=8192)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--jinja", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
