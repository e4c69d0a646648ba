"""What the documents tell a person to type, set, mount or look at is there."""

from __future__ import annotations

import configparser
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import metrics
from bot.chat.app import lifecycle
from bot.cli.main import app
from bot.settings import Settings, _variable
from tests import scale

ROOT = Path(__file__).parent.parent
DOCUMENTS = [
    ROOT / "README.md",
    *sorted((ROOT / ".github").rglob("*.md")),
    *(ROOT / folder / "README.md" for folder in ("knowledge", "tests")),
]
HOSTING = (ROOT / ".github/HOSTING.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
LONGEST_README = 1_000  # words
SUFFIXES = r"_(?:bucket|count|sum)$"


def blocks(language: str, text: str = HOSTING) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def documents() -> list[Any]:
    return [pytest.param(path.read_text(encoding="utf-8"), id=str(path.relative_to(ROOT))) for path in DOCUMENTS]


def variables() -> dict[str, str]:
    return {_variable(name): name for name in Settings.model_fields}


def table(text: str, first: str) -> dict[str, str]:
    """Return the rows of the table whose head begins so, by what stands in backquotes in their first cell."""
    (rows,) = re.findall(rf"^\| {first} \|.*\n\|[-|]+\n((?:\|.*\n)+)", text, re.MULTILINE)
    return {row[1]: row[2] for row in re.finditer(r"^\| `([^`]+)`(.*)$", rows, re.MULTILINE)}


def exposed() -> set[str]:
    return {metric.name for metric in metrics.METRICS}


def named_metrics(text: str) -> set[str]:
    return {re.sub(SUFFIXES, "", name) for name in re.findall(r"\bsalarybot_[a-z_]+\b", text)}


# ------------------------------------------------------------------ all of them


@pytest.mark.parametrize("text", documents())
def test_every_variable_and_command_exists(text: str) -> None:
    assert set(re.findall(r"\b(?:SALARYBOT|DISCORD)_[A-Z_]+\b", text)) <= set(variables())
    commands = {
        command.name or str(command.callback.__name__) for command in app.registered_commands if command.callback
    }
    typed = re.findall(r"(?:^|[`/ ])salarybot (?:--\w+ \S+ )?([a-z]+)\b(?=[^`\n]*`)", text, re.MULTILINE)
    assert {name for name in typed if f"`salarybot {name}" in text} <= commands


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text):
        name, _, heading = target.partition("#")
        file = path.parent / name if name else path
        assert file.exists(), f"{path}: {target}"
        if heading:
            assert heading in headings(file.read_text(encoding="utf-8")), f"{path}: {target}"


def headings(text: str) -> set[str]:
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("text", documents())
def test_every_module_that_is_named_exists(text: str) -> None:
    for module in re.findall(r"python -m ((?:tests|bot)(?:\.\w+)*)", text):
        file = ROOT / module.replace(".", "/")
        assert file.with_suffix(".py").exists() or (file / "__main__.py").exists(), module
    for file in re.findall(r"python (tests/\w+\.py)", text):
        assert (ROOT / file).exists(), file


def test_the_workflow_runs_the_check() -> None:
    flow = yaml.safe_load((ROOT / ".github/workflows/check.yml").read_text(encoding="utf-8"))
    (job,) = flow["jobs"].values()
    assert ".ci/run" in [step.get("run") for step in job["steps"]]
    forms = [
        yaml.safe_load(path.read_text(encoding="utf-8")) for path in (ROOT / ".github").glob("ISSUE_TEMPLATE/*_*.yml")
    ]
    assert forms
    assert all({"name", "description", "body"} <= set(form) for form in forms)


# ------------------------------------------------------------------ README.md


def test_the_readme_is_short() -> None:
    assert len(README.split()) <= LONGEST_README


def test_the_readme_tells_how_questions_of_strangers_went_the_first_time() -> None:
    sets = (ROOT / "tests/questions/first_contact/README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| set\d+ \((\d+)\) \| ([\d.]+)% \| [\d.]+% \| (\d+) \|", sets, re.MULTILINE)
    sizes, rates = [int(size) for size, _, _ in rows], [float(rate) for _, rate, _ in rows]
    right = sum(round(size * rate / 100) for size, rate in zip(sizes, rates, strict=True))
    wrong = sum(int(figures) for _, _, figures in rows)
    share = f"{100 * right / sum(sizes):.1f}% ({min(rates):.1f} to {max(rates):.1f})"
    assert f"| {sum(sizes):,} questions in {len(rows)} sets | {share} | {wrong} |" in README


def test_the_readme_tells_how_dialogues_of_strangers_went_the_first_time() -> None:
    text = (ROOT / "tests/questions/dialogues/README.md").read_text(encoding="utf-8")
    played = re.findall(r"(\d+) of (?:the )?(\d+)(?: follow-ups)? \(([\d.]+)%", text)
    right, asked = (sum(int(one[place]) for one in played) for place in (0, 1))
    rates = [float(rate) for _, _, rate in played]
    wrong = sum(map(int, re.findall(r"(\d+) wrong\s+figures?", text)))
    share = f"{100 * right / asked:.1f}% ({min(rates)} to {max(rates)})"
    assert f"| {asked} follow-ups in dialogues | {share} | {wrong} |" in README


# ------------------------------------------------------------------ hosting


def test_the_table_of_settings_is_whole() -> None:
    rows = table(HOSTING, "variable")
    assert set(rows) == set(variables())
    for variable, name in variables().items():
        default = Settings.model_fields[name].default
        if isinstance(default, str | int | float) and not isinstance(default, bool):
            assert (
                f"`{default:g}`" in rows[variable] if isinstance(default, float) else f"`{default}`" in rows[variable]
            )


@pytest.mark.long
def test_the_table_of_what_many_servers_take_is_that_of_the_simulation() -> None:
    """Its last column takes minutes to play."""
    (told,) = re.findall(r"^\| servers \|.*?(?=\n\n)", HOSTING, re.MULTILINE | re.DOTALL)
    assert [line.rsplit("|", 2)[0] for line in told.splitlines()] == [
        line.removesuffix("|") for line in scale.table((1_000, 100_000)).splitlines()
    ]


def test_the_table_of_metrics_is_whole() -> None:
    rows = table(HOSTING, "metric")
    assert set(rows) == {*exposed(), "process_*"}
    for metric in metrics.METRICS:
        by = f" by {', '.join(metric.labels)} " if metric.labels else " "
        assert rows[metric.name].startswith(f"{by}|")
    assert named_metrics(HOSTING) <= exposed()


def test_the_dashboard_shows_metrics_that_exist() -> None:
    dashboard = (ROOT / ".github/grafana.json").read_text(encoding="utf-8")
    shown = [target["expr"] for panel in json.loads(dashboard)["panels"] for target in panel["targets"]]
    assert named_metrics(dashboard) == exposed()  # and none of them is left out
    labels = {metric.name: {*metric.labels, "le"} for metric in metrics.METRICS}
    for line in shown:
        (of,) = named_metrics(line) or {""}
        grouped = {one.strip() for group in re.findall(r"by \(([^)]*)\)", line) for one in group.split(",")}
        assert grouped <= labels.get(of, set()), line


def test_the_snippets_of_containers_are_right() -> None:
    compose, scraping, kubernetes, _ = blocks("yaml")
    (service,) = yaml.safe_load(compose)["services"].values()
    assert set(service["environment"]) <= set(variables())
    assert seconds(service["stop_grace_period"]) > lifecycle.LAST_ANSWERS
    (job,) = yaml.safe_load(scraping)["scrape_configs"]
    (targets,) = job["static_configs"]
    assert targets["targets"] == ["127.0.0.1:9464"]
    deployment = next(one for one in yaml.safe_load_all(kubernetes) if one["kind"] == "Deployment")
    pod = deployment["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert pod["terminationGracePeriodSeconds"] > lifecycle.LAST_ANSWERS
    assert {one["name"] for one in container["env"]} <= set(variables())
    probes = {name: container[f"{name}Probe"]["httpGet"] for name in ("liveness", "readiness")}
    assert {name: probe["path"] for name, probe in probes.items()} == {"liveness": "/live", "readiness": "/ready"}
    (port,) = {probe["port"] for probe in probes.values()}
    assert [f"0.0.0.0:{port}"] == [one["value"] for one in container["env"] if one["name"] == "SALARYBOT_STATUS"]
    assert {one["mountPath"] for one in container["volumeMounts"]} == set(volumes())


def test_the_patch_for_several_processes_is_right() -> None:
    spec = yaml.safe_load(blocks("yaml")[-1])["spec"]
    (container,) = spec["template"]["spec"]["containers"]
    given = {one["name"]: one.get("value") for one in container["env"]}
    assert set(given) <= set(variables())
    assert {"SALARYBOT_SHARE", "SALARYBOT_DATABASE", "SALARYBOT_PEOPLE_KEY"} <= set(given)
    grace = spec["template"]["spec"]["terminationGracePeriodSeconds"]
    assert grace > float(given["SALARYBOT_HANDOVER"]) + lifecycle.LAST_ANSWERS
    assert spec["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}


def seconds(duration: str) -> float:
    return float(duration.removesuffix("s"))


def volumes() -> Iterator[str]:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    yield from re.findall(r"^VOLUME (\S+)$", dockerfile, re.MULTILINE)


def test_the_unit_of_systemd_is_right() -> None:
    (text,) = blocks("ini")
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string(text)
    service = unit["Service"]
    assert service["ExecStart"].endswith("/salarybot run")
    assert {one.split("=")[0] for one in service["Environment"].split()} <= set(variables())
    assert float(service["TimeoutStopSec"]) > lifecycle.LAST_ANSWERS
    assert service["RestartPreventExitStatus"] == str(lifecycle.UNUSABLE)


def test_the_lines_for_a_shell_are_right() -> None:
    for block in blocks("sh"):
        checked = subprocess.run(["/bin/sh", "-n", "-c", block], capture_output=True, text=True, check=False)  # noqa: S603
        assert checked.returncode == 0, checked.stderr
    mounted = re.findall(r"--volume \S+?:(/\w+)", HOSTING)
    assert set(volumes()) <= set(mounted)
