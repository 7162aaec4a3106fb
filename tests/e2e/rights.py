# SPDX-License-Identifier: Apache-2.0
"""Processes that may do less than the one that runs the tests, which may be root's."""

import ctypes
import os

DAC_OVERRIDE, DAC_READ_SEARCH, NET_BIND_SERVICE = 1, 2, 10
DROP_FROM_BOUNDING_SET = 24


def without(test, *capabilities):
    """For preexec_fn: the process that root starts is without these capabilities. Skips the test if that cannot be."""
    if os.geteuid() != 0:
        return None
    libc = ctypes.CDLL(None)

    def drop():
        for capability in capabilities:
            if libc.prctl(DROP_FROM_BOUNDING_SET, capability, 0, 0, 0) != 0:
                raise OSError("a capability cannot be dropped")

    trial = os.fork()
    if trial == 0:
        try:
            drop()
        except OSError:
            os._exit(1)
        os._exit(0)
    if os.waitpid(trial, 0)[1] != 0:
        test.skipTest("running as root, whom nothing stops, and whose capabilities cannot be dropped here")
    return drop


def obeying_permissions(test):
    """For preexec_fn: the permissions of files count, also for root."""
    return without(test, DAC_OVERRIDE, DAC_READ_SEARCH)
