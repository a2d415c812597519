"""重复客户: two files of one person — found, looked at side by side, made one, and taken apart again."""
