"""Real engines without Docker: PostgreSQL, a Kafka-compatible broker, an OpenID provider; each our own child process.

What they share is `engine.Engine`: `await start()`, `await stop()`, `kill()` (SIGKILL, for fault tests), `running`,
`pid`, and the same port over all its lives. Import the modules directly (`filiere.embedded.postgres`,
`.broker`, `.identity`): a service that runs against managed engines has none of their wheels.
"""
