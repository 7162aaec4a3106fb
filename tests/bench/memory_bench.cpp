// SPDX-License-Identifier: Apache-2.0
/// The memory of a session. There is no heap, so the size of the object is all of it; what is timed is making one.
#include <benchmark/benchmark.h>

#include <pawl/handshake/key.hpp>
#include <pawl/port/posix/random.hpp>
#include <pawl/session/session.hpp>

#include <pawl/host/server/pawl_connection.hpp>

namespace pawl::bench {
namespace {

void memory(benchmark::State& state) {
  SystemRandom random;
  const ClientCredential credential;
  const ClientSettings settings(key_initiator, credential);
  ByteArray<kMinBuffer> rx{};
  ByteArray<kMinBuffer> tx{};
  for (auto _ : state) {
    Session session(settings, random, rx, tx);
    benchmark::DoNotOptimize(session);
  }
  state.counters["session"] = sizeof(Session);
  state.counters["handshake"] = sizeof(Handshake);
  state.counters["smallest_buffers"] = 2 * kMinBuffer;
  state.counters["serve_connection"] = sizeof(host::PawlConnection);
  state.counters["serve_buffers"] = sizeof(host::Buffers);
}

BENCHMARK(memory);

}  // namespace
}  // namespace pawl::bench
