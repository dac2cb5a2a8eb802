"""What can go wrong with the stack, always as one sentence for the person at the terminal."""

from filiere.embedded.process import EngineError


class StackError(EngineError):
    """The stack cannot start or go on. `status` is the exit status: 2 = change a setting, 1 = something is broken."""

    status = 1


class DataFolderInUse(StackError):
    status = 2

    def __init__(self, folder: object, pid: str) -> None:
        super().__init__(
            f"Une autre Filière (processus {pid}) utilise déjà {folder} : arrêtez-la,"
            " ou choisissez un autre dossier avec FILIERE_DATA=…"
        )


class DataFolderUnusable(StackError):
    status = 2

    def __init__(self, folder: object, why: object) -> None:
        super().__init__(f"Le dossier de données {folder} ne peut pas être utilisé ({why}) : changez FILIERE_DATA.")


class StepFailed(StackError):
    """A command that must succeed (a migration, the topics) did not."""

    def __init__(self, name: str, code: int, output: str, log_file: object) -> None:
        super().__init__(f"« {name} » a échoué (code {code}) : {output or 'sans un mot'} – voir {log_file}")


class NeverReady(StackError):
    """A process started but did not become ready."""

    def __init__(self, name: str, why: str, log_file: object) -> None:
        super().__init__(f"« {name} » ne devient pas prêt : {why} – voir {log_file}")


class OpenToOthers(StackError):
    """The embedded provider lets whoever opens its page be whomever they like: that is for one machine alone."""

    status = 2

    def __init__(self, host: str) -> None:
        super().__init__(
            f"FILIERE_PUBLIC_HOST={host} n'est pas cette seule machine, et le service d'identité embarqué laisse chacun"
            " être qui il veut : nommez votre fournisseur par OIDC_ISSUER, OIDC_CLIENT_ID et OIDC_CLIENT_SECRET."
        )
