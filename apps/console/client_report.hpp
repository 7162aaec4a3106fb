// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/host/client/observer.hpp>

#include "reporter.hpp"

namespace pawl::app {

/// What happens at a client, in the words of the console.
class ClientReport final : public host::ClientObserver {
 public:
  /// The reporter outlives it.
  explicit ClientReport(Reporter& reporter) : reporter_(reporter) {}

  void established(const host::ClientIdentity& identity) override;
  void sent(std::uint64_t message) override;
  void unanswered(std::uint64_t message) override;
  void closed(const Closed& closed, std::uint64_t sent, std::uint64_t answered) override;
  void line_changed(const host::ListenPoint& point, host::LineChange change) override;
  void link(const host::LinkReport& report) override;

 private:
  Reporter& reporter_;
};

}  // namespace pawl::app
