"""户: owns the customer's file, what the bank and the night say about it, consent, stage and quarantine.

Not what was done with the customer: that is ``work``.
"""
