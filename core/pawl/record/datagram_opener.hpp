// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <pawl/base/time.hpp>
#include <pawl/record/replay_window.hpp>
#include <pawl/record/traffic_secret.hpp>
#include <pawl/wire/datagram_record.hpp>
#include <pawl/wire/record_content.hpp>

namespace pawl {

/// Opens the records of one direction of a datagram session, PROTOCOL.md 9, 10 and 13.3. They may be lost, repeated,
/// altered and come in any order, and none of it ends the session. It knows the present epoch and, for a while, the one
/// before. A record of the next epoch moves it on once its tag has verified.
class DatagramOpener {
 public:
  /// What there is of a record.
  struct Opened {
    /// Error::none, or why the record is dropped. It is replayed for a counter that has come or is too old, malformed
    /// for an epoch or counter that cannot be, and tampered if it does not verify. Error::protocol is for a record that
    /// is authentic, but not well-formed or not allowed.
    Error error = Error::none;
    RecordContent content{};
    /// The highest counter of the newest epoch so far.
    bool newest = false;
  };

  /// `windows` are words for both epochs' replay windows, an even number of them (see replay_words()). They are the
  /// caller's and must be there as long as the opener is used.
  DatagramOpener(ReceiveSecret&& secret, Direction direction, std::span<std::uint32_t> windows);
  DatagramOpener(const DatagramOpener&) = delete;
  DatagramOpener& operator=(const DatagramOpener&) = delete;
  ~DatagramOpener() = default;

  /// Opens `record`, header and all, in place. The content points into it. `header` is what
  /// parse_datagram_record_header() made of it.
  Opened open(const DatagramRecordHeader& header, MutBytes record, Instant now);

  [[nodiscard]] std::uint32_t epoch() const { return epoch_; }
  /// Until when the epoch before the present one is open, if it is. Then advance() is due.
  [[nodiscard]] std::optional<Instant> previous_until() const { return previous_until_; }
  /// Wipes the keys of the epoch before, if it is time.
  void advance(Instant now);

 private:
  struct Epoch {
    explicit Epoch(std::span<std::uint32_t> words) : window(words) {}
    RecordKeys keys{};
    ReplayWindow window;
  };

  static Opened open(Epoch& epoch, const DatagramRecordHeader& header, MutBytes record);
  Opened open_next(const DatagramRecordHeader& header, MutBytes record, Instant now);

  ReceiveSecret secret_;
  /// The present epoch and the one before, by the parity of their numbers.
  Epoch even_;
  Epoch odd_;
  std::uint32_t epoch_ = 0;
  std::optional<Instant> previous_until_;
  Direction direction_;
};

/// Words for a DatagramOpener with windows of `bits` counters, a multiple of 64. A device takes 128 bits and a server
/// 1024.
constexpr std::size_t replay_words(std::size_t bits) { return 2 * ReplayWindow::words_for(bits); }

}  // namespace pawl
