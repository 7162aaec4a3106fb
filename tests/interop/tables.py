# SPDX-License-Identifier: Apache-2.0
"""Classes whose tests are the rows of a table."""

import concurrent.futures

MOST_TOGETHER = 32  # each of them may start a program


def table(check, **rules):
    """Gives a class a test for each of the `rules`, which calls its method `check` with what the rule says."""

    def add(cls):
        for name, rule in rules.items():
            setattr(cls, f"test_{name}", lambda self, rule=rule: getattr(self, check)(*rule))
        return cls

    return add


def together(check, **rules):
    """As table(), but the tests run side by side, since they wait more than they work: the first begins all of them."""

    def add(cls):
        running = {}

        def run(self, name):
            if not running:
                pool = concurrent.futures.ThreadPoolExecutor(MOST_TOGETHER)
                begin = {each: pool.submit(getattr(cls(), check), *rule) for each, rule in rules.items()}
                running.update(begin)
                cls.addClassCleanup(pool.shutdown)
            running[name].result()

        for name in rules:
            setattr(cls, f"test_{name}", lambda self, name=name: run(self, name))
        return cls

    return add
