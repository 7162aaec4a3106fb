// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <pawl/host/client/outbox_delivery.hpp>
#include <string>

#include "connect.hpp"

namespace pawl::app {

/// The way of a client with these options.
host::Way way_of(const ConnectOptions& options);
/// Whether a message is one datagram.
bool over_datagrams(const ConnectOptions& options);

/// What a client sends and where the replies go, for all of its sessions.
class Traffic {
 public:
  /// The options and the reporter outlive it. AppError if the file or the outbox cannot be used.
  Traffic(const ConnectOptions& options, Reporter& reporter);
  /// Goes on where an earlier run has stopped reading. It is to be called once nobody else reads standard input, before
  /// all that follows. AppError as before.
  void begin();

  [[nodiscard]] host::MessageSource& source() { return delivery_ ? *delivery_ : *source_; }
  [[nodiscard]] host::ReplySink& output() { return delivery_ ? *delivery_ : *output_; }
  /// How many messages wait in the outbox, in a sentence. Empty if there is none or nothing waits.
  [[nodiscard]] std::string waiting() const;

 private:
  const ConnectOptions& options_;
  Reporter& reporter_;
  std::optional<host::OutboxFile> outbox_;
  /// With an outbox this is there, and else the other two.
  std::unique_ptr<host::OutboxDelivery> delivery_;
  std::unique_ptr<host::MessageSource> source_;
  std::unique_ptr<host::ReplySink> output_;
};

}  // namespace pawl::app
