#!/usr/bin/env python3
"""Prints Fairlearn's figures for the tables of predictions in a samples folder, to compare with the reader of `predictions-csv`.

Usage: pip install fairlearn pandas; python3 fairlearn_figures.py PATH/TO/samples
Only public functions of Fairlearn compute; nothing here was taken from the Swift code.
"""
import glob
import os
import sys

import pandas as pd
from fairlearn import metrics as fm
from sklearn.metrics import accuracy_score

COLUMNS = {
    "german_credit_predictions.csv": ("y_true", "y_pred", ["sex", "age_group", "foreign_worker", "sex*age_group"]),
    "compas_for_aequitas_3000.csv": ("label_value", "score", ["race", "sex", "age_cat", "race*sex"]),
}


def main(folder):
    for path in sorted(glob.glob(os.path.join(folder, "predictions-csv", "*.csv"))):
        name = os.path.basename(path)
        if name not in COLUMNS:
            print(f"# {name}: no columns known here")
            continue
        label, decision, attributes = COLUMNS[name]
        table = pd.read_csv(path, keep_default_na=False)
        truth, decided = table[label].astype(float).astype(int), table[decision].astype(float).astype(int)
        print(f"# {name}: rows {len(table)} accuracy {accuracy_score(truth, decided)!r}")
        for attribute in attributes:
            features = table[attribute.split("*")].astype(str)
            given = dict(sensitive_features=features)
            frame = fm.MetricFrame(
                metrics={"count": fm.count, "selection": fm.selection_rate, "tpr": fm.true_positive_rate,
                         "fpr": fm.false_positive_rate, "accuracy": accuracy_score},
                y_true=truth, y_pred=decided, **given)
            figures = [
                fm.demographic_parity_difference(truth, decided, **given), fm.demographic_parity_ratio(truth, decided, **given),
                fm.equalized_odds_difference(truth, decided, **given), fm.equal_opportunity_difference(truth, decided, **given)]
            print(attribute, *[repr(float(f)) for f in figures])
            for group, row in frame.by_group.dropna(subset=["count"]).sort_index().iterrows():
                group = "*".join(group) if isinstance(group, tuple) else group
                positives = int((truth[(features.agg("*".join, axis=1) == group)] == 1).sum())
                print("   ", group, int(row["count"]), *[repr(float(row[c])) for c in ("selection", "tpr", "fpr", "accuracy")],
                      "" if 0 < positives < row["count"] else f"positives {positives}: a rate is undefined")


main(sys.argv[1])
