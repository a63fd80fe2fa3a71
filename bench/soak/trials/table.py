"""The table of all trials. After each, what was acknowledged is there once, and totals are rows'.

The server holds no more memory than before, and acknowledges again soon after the cause is over.
"""

from bench.soak.trials import of_postgres, of_server
from bench.soak.trials.ground import Trial

_POSTGRES = ("postgres",)

#: A new trial is a function in one of these modules, and its line here.
TRIALS = (
    Trial("kills of the server", of_server.kill),
    Trial("restarts of the server", of_server.restart),
    Trial("jumps of the server's clock", of_server.jump, has_clock=True),
    Trial("floods past the queue", of_server.flood),
    Trial("restarts of PostgreSQL", of_postgres.stop, _POSTGRES),
    Trial("crashes of PostgreSQL", of_postgres.crash, _POSTGRES),
    Trial("kills of PostgreSQL", of_postgres.kill, _POSTGRES),
    Trial("kills of a session", of_postgres.kill_session, _POSTGRES),
    Trial("pauses of PostgreSQL", of_postgres.pause, _POSTGRES),
    Trial(
        "no free connection",
        of_postgres.take_connections,
        _POSTGRES,
        settings=(of_postgres.FEW_CONNECTIONS,),
    ),
    Trial(
        "a full disk",
        of_postgres.fill_disk,
        _POSTGRES,
        has_small_disk=True,
        settings=of_postgres.SMALL_LOG,
    ),
    Trial("a failover of PostgreSQL", of_postgres.fail_over, _POSTGRES, has_standby=True),
)
BY_NAME = {trial.name: trial for trial in TRIALS}
