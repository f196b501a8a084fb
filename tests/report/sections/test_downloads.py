"""Where the requests went, and what the local server saw of them."""

from harness.records import Skipped, Trial
from harness.report.markdown.view import view
from harness.report.sections.downloads import server_table, sites_line
from tests.builders import a_trial, a_workload, an_experiment, seen_by_server, settings
from tests.report.built_results import built_results, texts

DOWNLOAD = a_workload("download", bound="io", latency_seconds=0.005)
TWO: tuple[tuple[str, int], ...] = (("serial", 1), ("threads", 20))


def test_the_local_server_is_named_with_its_latency() -> None:
    assert sites_line(an_experiment(), DOWNLOAD) == (
        "It sends requests to a local server, which answers each one after 5 ms."
    )


def test_real_sites_are_named_and_escaped() -> None:
    experiment = an_experiment(settings=settings(sites=("https://a.invalid/<b>", "https://c.invalid")))

    assert sites_line(experiment, DOWNLOAD) == (
        r"It sends requests to real sites: https://a.invalid/\<b\> and https://c.invalid. "
        "Every number includes the behaviour of these sites and of the network."
    )


def test_work_without_requests_has_no_sites() -> None:
    assert sites_line(an_experiment(settings=settings(sites=("https://a.invalid",))), a_workload()) is None


def test_the_server_s_counts_are_medians_over_trials() -> None:
    def trial(block: int, peak: int, busy: float) -> Trial:
        one = a_trial("3.13", "threads", 20, block, 0.2, workload="download", loops=2, warmup_seconds=0.1)
        return seen_by_server(one, requests=480, peak_in_flight=peak, cpu_seconds=busy)

    trials = [trial(1, 20, 0.1), trial(2, 12, 0.05), trial(3, 20, 0.5)]
    results = built_results(an_experiment(("3.12", "3.13"), TWO, [DOWNLOAD]), usable=trials)

    table = server_table(results, DOWNLOAD)

    assert table.header == ("", "3.12", "3.13")
    assert texts(table) == (("serial", "–", "–"), ("threads 20", "–", "480 / 40 / 20 / 20"))


def test_connections_that_an_older_run_did_not_count_are_missing() -> None:
    trial = seen_by_server(a_trial("3.13", "serial", 1, 1, 0.2, workload="download"), connections=None)
    results = built_results(an_experiment(("3.13",), TWO, [DOWNLOAD]), usable=[trial])

    assert texts(server_table(results, DOWNLOAD)) == (("serial", "160 / – / 1 / 10"), ("threads 20", "–"))


def test_without_a_local_server_there_is_no_table() -> None:
    results = built_results(an_experiment(("3.13",), TWO, [DOWNLOAD]), usable=[a_trial(workload="download")])

    assert not server_table(results, DOWNLOAD)


def test_a_worker_count_that_was_not_measured_is_named() -> None:
    skipped = (
        Skipped(workload="download", mode="processes", workers=160, reason="too many"),
        Skipped(workload="fib", mode="asyncio", reason="it has no run_async"),
    )

    assert view(built_results(an_experiment(skipped=skipped)), frozenset()).comparisons[-1].bullets == (
        "download, processes 160: too many",
        "fib, asyncio: it has no run_async",
    )
