"""交接后的三十天: is a customer contacted as before since she changed her keeper?"""
