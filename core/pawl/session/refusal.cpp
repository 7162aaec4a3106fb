// SPDX-License-Identifier: Apache-2.0
#include <pawl/session/refusal.hpp>

namespace pawl {
namespace {

constexpr std::uint16_t kMaxRetryAfter = 300;

Error reject_error(RejectCode code) {
  if (code == RejectCode::unsupported) return Error::unsupported;
  return code == RejectCode::busy ? Error::busy : Error::authentication_failed;
}

}  // namespace

Closed refusal(const Result<Reject>& reject) {
  if (!reject.ok()) return {reject.error()};
  return {reject_error(reject.value().code), CloseReason::normal, std::min(reject.value().retry_after, kMaxRetryAfter)};
}

}  // namespace pawl
