// SPDX-License-Identifier: Apache-2.0
#include "datagram_link.hpp"

#include <utility>

#include "exit_code.hpp"
#include "poll_set.hpp"

namespace pawl::app {

DatagramLink::DatagramLink(const ClientSettings& settings, std::unique_ptr<DatagramPort> port, Reporter& reporter)
    : reporter_(reporter),
      port_(std::move(port)),
      send_(port_->capacity()),
      receive_(port_->capacity()),
      windows_(replay_words(kWindow)),
      session_(settings, random_, send_, windows_),
      pump_(session_, port_->transport(), receive_) {}

Result<std::size_t> DatagramLink::send(const Fragment& fragment, Instant now) {
  const Status sent = session_.send(fragment.bytes, now);
  if (sent.error() == Error::too_long) {
    throw AppError(ExitCode::usage, "The message has " + std::to_string(fragment.bytes.size()) +
                                        " bytes, and the server takes " + std::to_string(session_.longest_message()) +
                                        " in a datagram. Send shorter messages, or use TCP.");
  }
  return sent.ok() ? Result(fragment.bytes.size()) : sent.error();
}

Event DatagramLink::run(Instant now) {
  port_->tend(now, reporter_);
  return pump_.run(now);
}

std::optional<Instant> DatagramLink::deadline() const { return sooner(pump_.deadline(), port_->tend_at()); }

std::optional<Instant> DatagramLink::deadline_without_events() const {
  const auto due = session_.deadline();
  const bool event_waits = due == Instant{};
  return event_waits ? std::nullopt : due;
}

void DatagramLink::report(Reporter& reporter) const {
  report_link(reporter, port_->transport().counters(), session_.counters());
}

}  // namespace pawl::app
