"""Plan, drift and outcome as one HTML file that needs nothing else; jinja2 is met here only."""

from __future__ import annotations

from reconciler.report.html.pages import drift_html, outcome_html, plan_html

__all__ = ["drift_html", "outcome_html", "plan_html"]
