"""Rates and closed months: how well repairs are done, by place, company and month."""
