"""How firm the ranks are: the score computed many times under other reasonable choices.

Floats are used here, and in reliability and diagnostics alone: what comes out says how firm a
score is, and never is a score. `report.robustness_report` is the whole computation;
docs/reference/engine-robustness.md has every formula, and how to replay a design elsewhere.
"""
