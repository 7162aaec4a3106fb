# SPDX-License-Identifier: Apache-2.0
"""Programs that end when they have used up their time, and with this one if it is interrupted."""

import contextlib
import os
import signal
import subprocess
import threading

# A mutant may go on for ever, or fill the memory.
LIMITED = 'ulimit -c 0; ulimit -t "$1"; ulimit -v 4000000; shift; exec "$@"'


class Interrupted(Exception):
    pass


class Processes:
    def __init__(self):
        self._lock = threading.Lock()
        self._running = set()
        self._stopped = False

    def run(self, command, seconds, **options):
        """Its exit code, or None if it took longer than `seconds` of the processor, and its output."""
        limited = ["sh", "-c", LIMITED, "sh", str(seconds), *command] if seconds else command
        with self._lock:
            if self._stopped:
                raise Interrupted
            process = subprocess.Popen(limited, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                       stderr=subprocess.STDOUT, start_new_session=True, **options)
            self._running.add(process)
        try:
            # One that waits uses no time of the processor.
            output, _ = process.communicate(timeout=20 + 10 * seconds if seconds else None)
        except subprocess.TimeoutExpired:
            end(process)
            output, _ = process.communicate()
        except BaseException:
            end(process)
            raise
        finally:
            with self._lock:
                self._running.remove(process)
        if self._stopped:
            raise Interrupted
        timed_out = process.returncode in (-signal.SIGXCPU, -signal.SIGKILL)
        return None if timed_out else process.returncode, output.decode(errors="replace")

    def stop(self):
        """Ends what runs; nothing more is started."""
        with self._lock:
            self._stopped = True
            for process in self._running:
                end(process)


def end(process):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
