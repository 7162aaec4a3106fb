// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <pawl/session/datagram_slot.hpp>
#include <pawl/session/event.hpp>

namespace pawl {

/// What both ends of a session over datagrams have in common. That is something to tell the application, and a datagram
/// to send. DatagramClient and DatagramServerSession are the ends.
class DatagramEnd {
 public:
  DatagramEnd(const DatagramEnd&) = delete;
  DatagramEnd& operator=(const DatagramEnd&) = delete;

  /// Whether next_event() has one to give.
  [[nodiscard]] bool event_waits() const { return is_event(event_) || closed_; }
  /// The next event, or std::monostate. They are those of a Session, but each Message is a whole one.
  Event next_event();

  /// The datagram to send now, or nothing. It is valid until the next call of any member that is not const.
  [[nodiscard]] Bytes outgoing() const { return slot_.pending(); }
  [[nodiscard]] const LinkCounters& counters() const { return counters_; }

 protected:
  /// `tx` holds the datagram.
  explicit DatagramEnd(MutBytes tx) : slot_(tx) {}
  ~DatagramEnd() = default;

  DatagramSlot slot_;
  Event event_{};
  /// Reported after the event that waits.
  std::optional<Closed> closed_{};
  LinkCounters counters_{};
};

}  // namespace pawl
