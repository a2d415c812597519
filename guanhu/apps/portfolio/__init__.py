"""管: owns who keeps whom and since when: rounds of 分户 with their claims and proposals, and handovers.

Not the customer's file, and not what is done with the customer. The keeper of today stands on the customer itself;
here is how she came to be it.
"""
