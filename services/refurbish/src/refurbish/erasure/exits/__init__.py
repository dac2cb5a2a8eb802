"""Media that are gone: declared by mistake, or taken out. One person says so, another looks and confirms."""
