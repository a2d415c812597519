"""潜在客户: whom the bank does not know yet and who came in; recognised first, registered only then."""
