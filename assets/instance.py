"""Dagster's instance: what it records is a report, and where it cannot, work is done all the same.

Storage that is damaged is set aside and made anew where it is files; a database server is left alone. Belongs here:
what of Dagster's storage is taken for broken. Keep out: which files those are (`pipelines.commands.dagster_storage`).
"""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import dagster as dg
from alembic.util import CommandError
from dagster._core.errors import DagsterHomeNotSetError, DagsterInvariantViolationError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from assets.event_log import event_log_open
from pipelines import said
from pipelines.collecting.database import DATABASE_SWITCH
from pipelines.commands.dagster_storage import PARTS, damaged_parts, is_passing, set_aside

Told = Callable[[str], object]
Done = TypeVar("Done")

# What Dagster's storage raises while a run goes on, and nothing else that a run does.
_BROKEN = (SQLAlchemyError, CommandError)
# By which an error of it is known once it is text.
_OF_SQLALCHEMY = "https://sqlalche.me/"
# And while it is opened: folders that are none, and a home that is gone.
_NOT_OPENED = (*_BROKEN, sqlite3.Error, OSError, DagsterHomeNotSetError, DagsterInvariantViolationError)


class _NotOpened(Exception):
    """The instance could not be opened; the cause says why."""


class _BrokeInStep(Exception):
    """A step failed of nothing but the storage: Dagster reports this as it does any failure."""


def recorded(work: Callable[[dg.DagsterInstance], Done], told: Told) -> Done:
    """Do work that Dagster records. Where its storage breaks the work is done again: what was done is found done.

    `told` is told what became of the storage: it was set aside and made anew, or the work is recorded nowhere.
    """
    for _ in range(2 if os.environ.get("DAGSTER_HOME") else 0):
        try:
            return _recorded(work)
        except (*_BROKEN, _NotOpened, _BrokeInStep) as error:
            if not _renewed(error, told):
                break
    with dg.DagsterInstance.ephemeral() as instance, event_log_open(instance):
        return work(instance)


def _recorded(work: Callable[[dg.DagsterInstance], Done]) -> Done:
    try:
        instance = dg.DagsterInstance.get()
    except Exception as error:
        # Servers fail in ways of their own; a wrong configuration of ours is no broken storage.
        if not isinstance(error, _NOT_OPENED) and not os.environ.get(DATABASE_SWITCH):
            raise
        raise _NotOpened(_first_line(error)) from error
    with instance, event_log_open(instance):
        if os.environ.get(DATABASE_SWITCH):
            # Connections to a server stay open, as for the webserver: else every statement makes one.
            instance.optimize_for_webserver(statement_timeout=600_000, pool_recycle=3600, max_overflow=20)
        return work(instance)


def require_recorded(result: dg.ExecuteInProcessResult) -> None:
    """Have work done again by `recorded` where it failed of the storage alone."""
    for event in result.all_events if not result.success else ():
        error = getattr(event.event_specific_data, "error", None)
        while error is not None:
            if _OF_SQLALCHEMY in error.message:
                raise _BrokeInStep(_first_line(Exception(error.message)))
            error = error.cause


def make_usable(told: Told) -> None:
    """Set aside what Dagster could not use of its storage in files, before a program begins that lasts."""
    home = Path(os.environ["DAGSTER_HOME"])
    if os.environ.get(DATABASE_SWITCH):
        return
    if parts := damaged_parts(home):
        _tell_aside(set_aside(home, parts), said("run.record_damaged"), told)
    try:
        _recorded(lambda instance: (instance.get_runs(limit=1), instance.all_instigator_state()))
    except (*_BROKEN, _NotOpened) as error:
        _renewed(error, told)


def _renewed(error: Exception, told: Told) -> bool:
    """Set the storage aside that an error came of; tells whether it can be used now."""
    why = _first_line(error)
    cause = error.__cause__ if isinstance(error, _NotOpened) else error
    cause = cause.orig if isinstance(cause, DBAPIError) else cause
    home = Path(os.environ["DAGSTER_HOME"])
    try:
        if os.environ.get(DATABASE_SWITCH) or is_passing(cause):
            aside = None
        else:
            # What opens and cannot be used was written by a newer version.
            newer = () if isinstance(error, _BrokeInStep) else PARTS
            aside = set_aside(home, damaged_parts(home) or newer)
    except OSError as failed:
        aside, why = None, f"{why}; {failed}"
    if aside is None:
        told(said("run.not_recorded", error=why))
        return False
    _tell_aside(aside, why, told)
    return True


def _tell_aside(aside: Path | None, why: str, told: Told) -> None:
    are_off = aside is not None and (aside / "schedules").exists()
    told(said("run.record_aside_and_off" if are_off else "run.record_aside", folder=aside, error=why))


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
