# /// script
# dependencies = ["fastapi", "uvicorn"]
# ///
"""Web service: CPU-bound requests, while others only ask whether it is there and should not have to wait for them."""

import asyncio

from fastapi import FastAPI

BOUND = "cpu"
GROUP = "service"
SIZES = {"quick": ["/compute/200000"] * 16, "default": ["/compute/500000"] * 64}


def sum_of_squares(n):
    return sum(i * i for i in range(n))


def service(executor):
    app = FastAPI()

    @app.get("/compute/{n}")
    async def compute(n: int) -> int:
        return await asyncio.get_running_loop().run_in_executor(executor, sum_of_squares, n)

    @app.get("/ping")
    async def ping() -> str:
        return "pong"

    return app


def expected(path):
    n = int(path.rpartition("/")[2])
    return (n - 1) * n * (2 * n - 1) // 6
