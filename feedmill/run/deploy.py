"""Send published files to the destinations of a site, each from the record of what it holds.

The output folder is what destinations are brought up to date with; the caller holds its lock and that of the index.
What is about to be sent or removed is recorded before anything is sent, and what is done in batches. So a run that is
interrupted leaves a record from which the next one continues: files with unknown bytes are sent again.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from contextlib import closing

from feedmill.cli.report import Delivery
from feedmill.run.delivery import DeliveryRecorder
from feedmill.run.history import DestinationState
from feedmill.run.last_success import record_success
from feedmill.run.options import RunOptions
from feedmill.run.outcome import to_complete
from feedmill.run.site import OpenSite
from feedmill.run.up_to_date import Changes as PostChanges
from feedmill.run.up_to_date import Done, next_notification
from feeds.destinations.local import LocalFolder
from feeds.remotes.base import Remote
from feeds.remotes.changes import Changes, changes_of, local_file, removal_refusal, settled, update_of
from feeds.remotes.connect import open_remote
from feeds.remotes.published_files import PublishedFiles
from posts.errors import PublicationError, RefusedError, RemoteError, UsageError
from posts.files.remote_address import Address
from posts.store.lock import Lock
from posts.store.remote_files import RemoteFiles
from posts.store.rows import RemoteFile
from posts.store.transaction import Transaction

_PASSWORD = re.compile(r"//[^/@\s]*:[^/@\s]*@")


def deploy_site(options: RunOptions, *, verify: bool = False, overwrite: bool = False) -> list[Delivery]:
    """Bring the destinations of a site up to date with what was published last.

    Args:
        options: The options of the run.
        verify: Whether to look at every file there, and to send again those that are missing or differ.
        overwrite: Whether to send over files that feedmill has no record of.

    Raises:
        UsageError: The site has no destination, or has not been published to its output folder yet.
        PublicationError: The last run was interrupted.
        BusyError: Another run holds a lock.
    """
    with Lock() as lock, closing(OpenSite(options, lock, is_partial=True)) as site:
        if not site.remote_options.to:
            raise UsageError("no destination is configured; use --to ADDRESS, or set `to` in [publish]")
        require_published(site)
        deliveries = deploy(site, verify=verify, overwrite=overwrite)
        if site.kept:
            site.kept.save()
        return deliveries


def deploy_again(options: RunOptions, done: Done, changes: PostChanges | None) -> Done | None:
    """Complete the destinations after a run that found nothing changed, and return its outcome with what was sent.

    Return None if another machine has published since, and its ledger has just replaced the index: the site must be
    published from that first.

    Args:
        options: The options of the run.
        done: The outcome of the last run.
        changes: That nothing has changed.
    """
    with Lock() as lock, closing(OpenSite(options, lock, is_partial=True, changes=changes)) as site:
        if site.kept and site.kept.is_restored:
            return None
        require_published(site)
        state = site.state._replace(to=options.to, destinations=to_complete(site))
        if state != site.state:
            with site.index.change() as change:
                site.save(change, state)
        deliveries = deploy(site)
        if site.kept:
            site.kept.save()
        due = next_notification(site.state.queue)
    if not any(one.error for one in deliveries):
        record_success(options.state)
    return done._replace(report=done.report._replace(destinations=deliveries), due=due, deploys=False)


def require_published(site: OpenSite) -> None:
    """Require that the output folder is as the last run left it.

    Raises:
        UsageError: The last run had another output folder, or there was none.
        PublicationError: The last run was interrupted.
    """
    if site.state.request is None:
        raise UsageError(f"{site.options.place} has not been published yet; run `feedmill {site.options.place}`")
    here = (str(site.out.resolve()), site.feeds_options.places.prefix)
    if (site.state.out, site.state.prefix) != here:
        raise UsageError(
            f"the last run published to {site.state.out}, not to {site.out}; use its --out, or publish with --full"
        )
    if site.state.is_unfinished:
        raise PublicationError(f"the last run was interrupted; run `feedmill {site.options.place}`, which completes it")


def deploy(site: OpenSite, *, verify: bool = False, overwrite: bool = False) -> list[Delivery]:
    """Bring every destination up to date. One that fails does not keep the others from being tried.

    Args:
        site: The site, which is locked.
        verify: Whether to look at every file there.
        overwrite: Whether to send over files that feedmill has no record of.
    """
    return [_Deployment(site, address, verify=verify, overwrite=overwrite).run() for address in site.remote_options.to]


def remote_changes(site: OpenSite, name: str) -> Changes:
    """Return what the remote `name` lacks according to its record."""
    record, files = RemoteFiles(site.index), PublishedFiles.of(site.feeds_options)
    return changes_of(record.compared(name), record.others(name), lambda path: files.attributes(path).digest())


class _Deployment:
    """The deployment to one destination."""

    def __init__(self, site: OpenSite, address: Address, *, verify: bool, overwrite: bool) -> None:
        self._site, self._address, self._name = site, address, address.text
        self._verify, self._overwrite = verify, overwrite
        self._files = PublishedFiles.of(site.feeds_options)
        self._sent: list[str] = []
        self._removed: list[str] = []

    def run(self) -> Delivery:
        """Bring the destination up to date, and store whether it is complete."""
        error, code = "", RemoteError.exit_code
        try:
            self._deploy()
            code = 0
        except RefusedError as failure:
            error, code = str(failure), failure.exit_code
        except (RemoteError, PublicationError, UsageError) as failure:
            error = str(failure)
        except OSError as failure:
            error = f"{self._name}: {failure.filename or 'system'}: {failure.strerror}"
        error = _PASSWORD.sub("//…@", error)  # backends leave credentials out; this is for libraries that do not
        self._store(error)
        return Delivery(self._name, sorted(self._sent), sorted(self._removed), error, code)

    def _deploy(self) -> None:
        changes = remote_changes(self._site, self._name)
        if not (changes or self._verify):
            return
        refusal = removal_refusal(self._name, changes, RemoteFiles(self._site.index).count(self._name))
        if refusal and not self._site.options.allow_removals:
            raise RefusedError(refusal)
        self._require_intact([*changes.send, *changes.unknown])
        # Recorded before the connection, which may fail: the next run needs no permission to complete it.
        removing = {path: row._replace(state="removing") for path, row in changes.gone.items()}
        if removing != changes.gone:
            self._intend(removing)
        with open_remote(self._address, self._site.root, self._site.remote_options) as remote:
            found, known = self._look(remote, changes)
            self._require_intact(found.send.keys() - changes.send.keys() - changes.unknown.keys())
            if rows := {**known, **found.send}:
                self._intend(rows)
            if found:
                self._update(remote, found)

    def _intend(self, rows: Mapping[str, RemoteFile]) -> None:
        """Record what is about to be sent or removed; until that is done, the destination is not complete."""
        with self._site.index.change() as change:
            change.remote_files(self._name, rows)
            if before := self._site.state.destinations.get(self._name):
                self._save(change, before._replace(is_complete=False))
        if self._site.kept:  # a machine that is lost from here on has told the next one
            self._site.kept.save()

    def _look(self, remote: Remote, changes: Changes) -> tuple[Changes, Mapping[str, RemoteFile]]:
        """Ask the remote for files of which nothing is known, or for all of them."""
        rows = {**changes.unknown, **(changes.same if self._verify else {})}
        wanted = [local_file(path, row, self._files, self._site.out) for path, row in sorted(rows.items())]
        found = remote.compare(wanted) if wanted else {}
        return settled(self._name, changes, found, overwrite=self._overwrite)

    def _update(self, remote: Remote, changes: Changes) -> None:
        recorder = DeliveryRecorder(self._site.index, self._name, changes, self._site.progress)
        try:
            remote.update(update_of(changes, self._files, self._site.out), recorder)
        finally:
            recorder.close()
            self._sent, self._removed = recorder.sent, recorder.removed
        missing = {*changes.send, *changes.gone} - {*recorder.sent, *recorder.removed}
        if missing:
            raise RemoteError(
                f"{self._name}: {min(missing)} was not confirmed; run `feedmill deploy {self._site.options.place}`"
            )

    def _require_intact(self, paths: Collection[str]) -> None:
        """Require that files are as the last run left them: what another program made of them is not sent.

        Raises:
            PublicationError: One is missing, or has other bytes.
        """
        rows = {path: row for path in paths if (row := self._site.index.output(path))}
        folder = LocalFolder(self._site.out, rows, self._site.state.ended)
        other = next((path for path in sorted(paths) if not folder.is_intact(path)), "")
        if other:
            raise PublicationError(
                f"{self._name}: {self._site.out / other} is missing or was modified; nothing was sent there. "
                f"Run `feedmill {self._site.options.place}`, which writes it again"
            )

    def _store(self, error: str) -> None:
        """Store the state of the destination; that of one that is new, named by `feedmill deploy`, only if complete."""
        before = self._site.state.destinations.get(self._name)
        if before or not error:
            completed = self._site.options.now.timestamp() if not error else before.completed if before else 0.0
            with self._site.index.change() as change:
                self._save(change, DestinationState(not error, completed, error))

    def _save(self, change: Transaction, now: DestinationState) -> None:
        state = self._site.state
        self._site.save(change, state._replace(destinations={**state.destinations, self._name: now}))
