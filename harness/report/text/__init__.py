"""Numbers, names and phrases as text, and text from outside made safe."""
