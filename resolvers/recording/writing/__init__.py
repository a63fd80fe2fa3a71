"""The parts of the writer: the queue, sizes of batches, committing them, isolating bad inputs."""
