// SPDX-License-Identifier: Apache-2.0
#include <pawl/handshake/key.hpp>
#include <pawl/port/baremetal/client_link.hpp>
#include <pawl/port/baremetal/credential_page.hpp>
#include <pawl/port/baremetal/noise_random.hpp>

using namespace pawl;

namespace {

// Of a part that there is not.
class Registers final : public Uart, public NoiseSource {
 public:
  bool transmit(std::uint8_t byte) override {
    *reinterpret_cast<volatile std::uint32_t*>(0x4000'0000) = byte;
    return true;
  }
  void allow_receive() override {}
  Result<std::uint8_t> sample() override {
    return std::uint8_t{*reinterpret_cast<volatile std::uint8_t*>(0x4000'0004)};
  }
};

constinit ByteArray<64> page{};
constinit ByteArray<320> received{};
constinit ReceiveQueue queue(received);

}  // namespace

int main() {
  ClientCredential credential;
  if (!read_credential_page(page, credential).ok()) return 1;
  ClientSettings settings(key_initiator, credential);
  settings.max_rx = ClientLink::kMaxRx;
  Registers registers;
  NoiseRandom random(registers);
  ByteArray<ClientLink::kLineBuffer> buffer{};
  UartLine line(registers, queue, buffer);
  ClientLink link(settings, random, line);
  for (std::uint64_t ms = 0;; ++ms) static_cast<void>(link.serve(Instant{ms}));
}
