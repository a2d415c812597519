"""Berka: the files of a real Czech bank (1993–1998), read as they are and turned into our own tables."""

from guanhu.feeds.berka.door import receive

__all__ = ["receive"]
