"""个人信息请求: what a person asks about herself, what is found about her, the copy she is given, legal holds."""
