// SPDX-License-Identifier: Apache-2.0
#include <pawl/session/datagram_settings.hpp>

namespace pawl {
namespace {

constexpr std::uint32_t kLeastRecords = 8;
constexpr std::size_t kLeastWindow = 64;

}  // namespace

bool datagram_settings_valid(const Settings& settings, std::span<const std::uint32_t> windows) {
  return max_rx_valid(settings.max_rx) && idle_valid(settings.idle) && settings.soft_record_limit >= kLeastRecords &&
         settings.soft_record_limit <= DefaultConfig::kSoftRecordLimit && windows.size() % 2 == 0 &&
         windows.size() >= replay_words(kLeastWindow);
}

}  // namespace pawl
