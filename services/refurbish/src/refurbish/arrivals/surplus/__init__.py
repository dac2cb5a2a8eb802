"""More came than the manifest lists: received at once, with a label of the workshop's own, known as surplus."""
