// SPDX-License-Identifier: Apache-2.0
/// What the commands that speak NSTP, the legacy protocol of core/NSTP.md, have in common.
#pragma once

#include <cstdint>
#include <optional>
#include <pawl/nstp/key_schedule.hpp>
#include <string>
#include <vector>

#include "console/password.hpp"
#include "console/reporter.hpp"

namespace pawl::app {

/// Where the published programs listen.
inline constexpr std::uint16_t kNstpPort = 8080;
/// The salt of the published programs.
inline constexpr const char* kNstpDeviceSalt = "0102030405060708";

struct NstpOptions {
  bool chosen = false;
  std::string device_salt = kNstpDeviceSalt;
};

/// The bytes of a device salt. None unless they are 8 to 16, in hexadecimal.
std::optional<std::vector<std::uint8_t>> parse_device_salt(const std::string& text);

/// The bytes of --device-salt. AppError(usage) unless they are 8 to 16, in hexadecimal.
std::vector<std::uint8_t> device_salt_of(const NstpOptions& options);

/// Derives `psk` from `password` (NSTP.md 2) and shows a progress bar meanwhile. It takes about a second.
void derive_nstp_psk(Reporter& reporter, const NstpOptions& options, Bytes user, const Password& password,
                     nstp::Psk& psk);

/// Says what this wire does not protect.
void warn_of_nstp(Reporter& reporter);

}  // namespace pawl::app
