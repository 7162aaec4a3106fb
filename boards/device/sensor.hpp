// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/port/baremetal/client_link.hpp>

namespace device {

/// What the boards do as an example: a client that sends a reading every second and obeys what its server says.
class Sensor {
 public:
  /// `settings` outlives it.
  explicit Sensor(const pawl::ClientSettings& settings);

  /// One round of the program's loop. The event is as ClientLink::serve()'s; a Message has been obeyed.
  pawl::Event serve();
  /// After DerivationWanted, as ClientLink::provide().
  pawl::Status provide(const pawl::ClientCredential& credential);

 private:
  void report(pawl::Instant now);

  pawl::ByteArray<pawl::ClientLink::kLineBuffer> buffer_{};
  pawl::UartLine line_;
  pawl::ClientLink link_;
  pawl::Instant next_report_;
  std::uint32_t reports_ = 0;
};

}  // namespace device
