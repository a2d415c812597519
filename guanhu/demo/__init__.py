"""A bank that never was: invented customers and eighteen months of what they did, as the bank's own files.

It writes deliveries and touches no database. It knows the bank's words (``rules.kinds``) and the bank's files
(``feeds.layouts``) and nothing else: no threshold of a signal, no number of the policy. What really drove the
outcomes stands in ``truth.json``, so that a measured effect can be held against the truth.
"""
