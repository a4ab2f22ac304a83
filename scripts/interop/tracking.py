#!/usr/bin/env python3
"""Reads what tl exported for TensorBoard and MLflow with the programs themselves.

    python3 scripts/interop/tracking.py FOLDER

FOLDER/expected.json says what must be found:
  series      {name: [[step, value], …]}
  parameters  {name: text}
FOLDER/tensorboard holds the event file, FOLDER/mlruns the store of MLflow. A program that is not
installed is reported as skipped. Exits with 1 when something differs.
"""

import json
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
# This folder has scripts named like libraries.
sys.path = [place for place in sys.path if pathlib.Path(place or ".").resolve() != HERE]


def same(found, expected, what, tolerance):
    if set(found) != set(expected):
        raise ValueError(f"{what}: expected {sorted(expected)}, found {sorted(found)}")
    for name, points in expected.items():
        if len(points) != len(found[name]):
            raise ValueError(f"{name}: expected {len(points)} points, found {len(found[name])}")
        for (step, value), (other_step, other) in zip(points, found[name]):
            if step != other_step or abs(value - other) > tolerance * max(1, abs(value)):
                raise ValueError(f"{name}: expected {step, value}, found {other_step, other}")


def tensorboard(folder, expected):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(folder / "tensorboard"))
    events.Reload()
    found = {
        tag: [[event.step, event.value] for event in events.Scalars(tag)]
        for tag in events.Tags()["scalars"]
    }
    same(found, expected["series"], "scalars", 1e-6)
    from tensorboard.plugins.hparams import plugin_data_pb2

    metadata = events.SummaryMetadata("_hparams_/session_start_info")
    data = plugin_data_pb2.HParamsPluginData.FromString(metadata.plugin_data.content)
    names = set(data.session_start_info.hparams)
    if names != set(expected["parameters"]):
        raise ValueError(f"parameters: found {sorted(names)}")
    metadata = events.SummaryMetadata("_hparams_/experiment")
    data = plugin_data_pb2.HParamsPluginData.FromString(metadata.plugin_data.content)
    if {info.name for info in data.experiment.hparam_infos} != names:
        raise ValueError("the experiment does not list the parameters")


def mlflow(folder, expected):
    os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
    import mlflow
    from mlflow.tracking import MlflowClient

    client = MlflowClient(tracking_uri=(folder / "mlruns").resolve().as_uri())
    experiments = client.search_experiments()
    runs = client.search_runs([experiment.experiment_id for experiment in experiments])
    if len(runs) != 1:
        raise ValueError(f"expected one run, found {len(runs)}")
    run = runs[0]
    if run.info.status != "FINISHED":
        raise ValueError(f"the run is {run.info.status}")
    found = {
        name: [[point.step, point.value] for point in client.get_metric_history(run.info.run_id, name)]
        for name in run.data.metrics
    }
    same(found, expected["series"], "metrics", 1e-12)
    if dict(run.data.params) != expected["parameters"]:
        raise ValueError(f"params: expected {expected['parameters']}, found {dict(run.data.params)}")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    expected = json.loads((folder / "expected.json").read_text())
    failed = 0
    for check in (tensorboard, mlflow):
        try:
            check(folder, expected)
            print(f"{check.__name__}: ok")
        except ModuleNotFoundError as error:
            print(f"{check.__name__}: skipped, {error}")
        except Exception as error:
            failed += 1
            print(f"{check.__name__}: {type(error).__name__}: {error}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
