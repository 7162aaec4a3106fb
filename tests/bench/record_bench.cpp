// SPDX-License-Identifier: Apache-2.0
/// Records sealed and opened again, in place.
#include <benchmark/benchmark.h>

#include <pawl/base/config.hpp>
#include <pawl/record/stream_opener.hpp>
#include <pawl/record/stream_sealer.hpp>
#include <pawl/wire/parameters.hpp>
#include <vector>

namespace pawl::bench {
namespace {

constexpr std::int64_t kLargestContent = kRecordHeaderSize + kMaxMaxRx - kRecordOverhead;

void record(benchmark::State& state) {
  const auto content_size = static_cast<std::size_t>(state.range(0));
  const ByteArray<32> secret{1, 2, 3};
  StreamSealer sealer(SendSecret(secret), Direction::client_to_server);
  StreamOpener opener(ReceiveSecret(secret), Direction::client_to_server);
  std::vector<std::uint8_t> bytes(content_size + kRecordOverhead);
  const MutBytes record(bytes);
  for (auto _ : state) {
    bool ok = sealer.counter() < Config::kSoftRecordLimit || sealer.rekey().ok();
    ok = ok && sealer.seal(RecordType::data, content_size, record).ok();
    const auto header = parse_record_header(record.first<kRecordHeaderSize>(), kMaxMaxRx);
    ok = ok && header.ok() && opener.open(header.value(), record).ok();
    if (!ok) state.SkipWithError("a record was not opened");
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

BENCHMARK(record)->Arg(64)->Arg(1024)->Arg(kLargestContent);

}  // namespace
}  // namespace pawl::bench
