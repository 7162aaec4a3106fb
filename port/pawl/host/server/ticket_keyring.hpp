// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <utility>

#include <pawl/base/time.hpp>
#include <pawl/host/base/time_of_day.hpp>
#include <pawl/host/server/observer.hpp>
#include <pawl/host/store/ticket_key_store.hpp>
#include <pawl/ticket/ticket_keys.hpp>

namespace pawl::host {

/// The keys of the tickets for the users of one store, and the time that these tickets have. Keys in memory end with
/// the server, and their tickets have its clock, which begins anew with the machine. Keys that are kept outlive both,
/// and their tickets have the time of day.
class TicketKeyring {
 public:
  /// What it takes to keep keys. All of it outlives the keys.
  struct Kept {
    const TicketKeyStore& store;
    TimeOfDay& time_of_day;
    /// Is told what goes wrong with the store.
    ServerObserver& observer;
  };

  /// `random` outlives it. Without `kept` the keys are in memory.
  explicit TicketKeyring(Random& random, std::optional<Kept> kept = std::nullopt)
      : keys_(random), kept_(std::move(kept)) {}

  /// What tickets have as the time, in seconds.
  [[nodiscard]] std::uint64_t time(Instant now) const;
  [[nodiscard]] std::uint32_t lifetime() const { return keys_.lifetime(); }

  /// As TicketKeys::seal() and open(), at the same moment. Where keys are kept, seal() fails with Error::would_block
  /// while the store gives no key, and open() may look for a key that another server has made.
  Result<std::size_t> seal(const Ticket& ticket, Instant now, MutBytes out);
  Status open(Bytes sealed, Instant now, Ticket& ticket);

  /// Takes up the keys that are kept, if any are to be. Failures as TicketKeyStore::take_up().
  FailureOr<> take_up(Instant now);
  /// Does so from time to time, and tells the observer what fails.
  void tend(Instant now);

 private:
  void look(Instant now);

  TicketKeys keys_;
  std::optional<Kept> kept_;
  /// When the store is to be looked at again, and when it may be at the earliest.
  Instant tend_at_{};
  Instant look_at_{};
};

}  // namespace pawl::host
