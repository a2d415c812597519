"""差异化服务: what we can offer for each thing a customer wants, and the one plan made for her."""
