// SPDX-License-Identifier: Apache-2.0
// A thousand devices behind one address that lost their server at one moment, in virtual time.
#include <gtest/gtest.h>

#include <memory>
#include <pawl/port/backoff.hpp>
#include <pawl/port/sim/seeded_random.hpp>
#include <queue>
#include <string>
#include <vector>

#include <pawl/host/base/text.hpp>
#include <pawl/host/server/admission.hpp>

namespace pawl::host::return_test {
namespace {

constexpr Instant kStart{1'000'000};
constexpr Duration kRoundTrip = milliseconds(300);
constexpr std::size_t kDevices = 1000;
constexpr SourcePrefix kSource{4, 192, 0, 2};

/// Devices with raw keys in mode psk_ecdhe, which cost the server the most, and the waits of Backoff.
class Return {
 public:
  explicit Return(const Limits& limits) : admission_(limits), devices_(kDevices) {}

  /// How long it takes until the last is back.
  Duration last() {
    for (std::size_t i = 0; i < kDevices; ++i) pending_.push({kStart, i});
    Instant now = kStart;
    while (!pending_.empty()) {
      const Step step = pending_.top();
      pending_.pop();
      now = step.at;
      go_on(devices_[step.device], step);
    }
    return now - kStart;
  }

 private:
  enum class State : std::uint8_t { connects, says_hello, proves_itself };
  struct Device {
    State state = State::connects;
    std::unique_ptr<HalfOpenLimit::Permit> permit;
    Backoff backoff;
  };
  struct Step {
    Instant at;
    std::size_t device;
    bool operator<(const Step& other) const { return other.at < at; }
  };

  void go_on(Device& device, const Step& step) {
    const std::string user = std::to_string(step.device);
    switch (device.state) {
      case State::connects:
        device.permit = admission_.half_open().enter(kSource, nullptr);
        if (device.permit == nullptr) return retry(device, step, 0);
        device.state = State::says_hello;
        break;
      case State::says_hello: {
        const auto wait = admission_.hello(bytes_of(user), Kind::raw_key, Mode::psk_ecdhe, kSource, step.at);
        if (wait > 0) return retry(device, step, wait);
        device.state = State::proves_itself;
        break;
      }
      case State::proves_itself:
        device.permit.reset();
        admission_.guesses().succeeded(bytes_of(user), kSource);
        return;
    }
    pending_.push({step.at + kRoundTrip, step.device});
  }

  void retry(Device& device, const Step& step, std::uint16_t wait) {
    device.permit.reset();
    device.state = State::connects;
    pending_.push({step.at + kRoundTrip + device.backoff.failed(random_, wait).value(), step.device});
  }

  Admission admission_;
  SeededRandom random_{1};
  std::vector<Device> devices_;
  std::priority_queue<Step> pending_;
};

TEST(AThousandDevices, AreBackWithinAMinuteWithEitherCryptoLibrary) {
  for (const std::uint32_t multiplication_us : {60U, 900U}) {
    EXPECT_LE(Return(default_limits({"", "", false, multiplication_us})).last(), seconds(60)) << multiplication_us;
  }
  EXPECT_LE(Return(default_limits(crypto_backend())).last(), seconds(60));
}

/// The control: few hellos a second, or few unfinished handshakes, keep them away for longer.
TEST(AThousandDevices, AreNotWithTighterLimits) {
  Limits few_hellos = default_limits(crypto_backend());
  few_hellos.hellos_per_source = 5;
  EXPECT_GT(Return(few_hellos).last(), seconds(120));
  Limits few_at_once = default_limits(crypto_backend());
  few_at_once.half_open_per_source = 4;
  EXPECT_GT(Return(few_at_once).last(), seconds(60));
}

}  // namespace
}  // namespace pawl::host::return_test
