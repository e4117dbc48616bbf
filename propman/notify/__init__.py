"""The outbox: what is to be told, to whom, by which channel; written with the act, delivered after the commit.

Knows no people and no tickets: a recipient is an id, a topic is a word, and jobs bring the addresses and the texts.
"""
