"""``python -m guanhu.cli``: the same as the command ``guanhu``."""

from guanhu.cli.app import main

if __name__ == "__main__":
    main()
