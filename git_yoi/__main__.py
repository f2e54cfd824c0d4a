"""`python -m git_yoi`, the same as `git-yoi`."""

from git_yoi.cli.main import program

if __name__ == "__main__":
    program()
