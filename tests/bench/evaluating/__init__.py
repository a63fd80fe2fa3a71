"""Evaluating recommendations: splits, measures, baselines, and a floor for the product."""
