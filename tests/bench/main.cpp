// SPDX-License-Identifier: Apache-2.0
/// All benchmarks, on one core; tools/bench makes a table of what they measure.
#include <benchmark/benchmark.h>
#include <sched.h>

namespace {

/// Keeps this process, and the servers that it starts, on the core it is on: every figure is one of one core. As batch
/// processes none of them takes the core from another that is not done. Else a server would wake for the first of many
/// messages at once, and how many it finds there would be chance.
bool share_one_core() {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(static_cast<unsigned>(::sched_getcpu()), &cores);
  const sched_param none{};
  return ::sched_setaffinity(0, sizeof(cores), &cores) == 0 && ::sched_setscheduler(0, SCHED_BATCH, &none) == 0;
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv) || !share_one_core()) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
