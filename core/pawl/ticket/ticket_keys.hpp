// SPDX-License-Identifier: Apache-2.0
/// How a server seals its tickets, in the format that PROTOCOL.md 12 recommends.
///
///     4   key_id
///     12  nonce        random
///         ciphertext   of secret 32 || chain 16 || not_after 8 || chain_not_after 8 || generation 4 || mode 1
///                         || |user| 1 || user
///     16  tag
#pragma once

#include <pawl/base/random.hpp>
#include <pawl/crypto/aes_gcm.hpp>
#include <pawl/ticket/ticket.hpp>

namespace pawl {

/// A session ticket encryption key, STEK.
struct TicketKey {
  /// Different from that of any other key that is kept.
  std::uint32_t id = 0;
  /// When it was made, in seconds of the server's clock.
  std::uint64_t made = 0;
  /// How many tickets were sealed with it.
  std::uint64_t sealed = 0;
  AesKey secret{};
};

/// The keys of a server's tickets. The newest seals, and all of them open. A key is made when the newest one is half a
/// lifetime old, and the third last one goes then, since no ticket under it is valid any more. Servers that share their
/// keys take each other's tickets.
class TicketKeys {
 public:
  /// How many keys are kept.
  static constexpr std::size_t kKeys = 3;
  /// Of the tickets that a server issues, and of all those that descend from one login, in seconds.
  static constexpr std::uint32_t kLifetime = 24 * 3600;
  static constexpr std::uint32_t kChainLifetime = 7 * 24 * 3600;
  /// The longest ticket that seal() writes.
  static constexpr std::size_t kMost = 230;

  /// `random` belongs to the caller and outlives the keys. `lifetime` is in seconds, at least 2.
  explicit TicketKeys(Random& random, std::uint32_t lifetime = kLifetime) : random_(random), lifetime_(lifetime) {}

  /// In seconds.
  [[nodiscard]] std::uint32_t lifetime() const { return lifetime_; }

  /// Writes `ticket` sealed to `out` and returns its length, 102 and that of the user's name. `now` is in seconds of
  /// the server's clock. Error::random_failed, Error::crypto_failed, or Error::invalid_argument if `out` is too short
  /// or the ticket has no user.
  Result<std::size_t> seal(const Ticket& ticket, std::uint64_t now, MutBytes out);

  /// Opens what a client has shown into `ticket`, which means nothing after an error. Error::authentication_failed if
  /// it is none of this server's, or too old. Whether its user may still come back, Session::provide() finds out.
  Status open(Bytes sealed, std::uint64_t now, Ticket& ticket);

  /// The keys that there are, the newest first, so that another server or a later run can have them. Whoever has them
  /// can pose as every client and server whose ticket they seal.
  [[nodiscard]] std::span<const TicketKey> keys() const { return std::span(keys_).first(size_); }
  /// Takes a key of keys() from elsewhere. It becomes the newest one.
  void add(TicketKey&& key);
  /// Has the keys of `other` from now on, and no others. Of those that it had itself it knows how many tickets they
  /// have sealed. `other` has none any more.
  void take_over(TicketKeys&& other);

  /// Whether seal() makes a key at `now`, because there is none that may seal any more.
  [[nodiscard]] bool key_due(std::uint64_t now) const;
  /// Makes a key, which becomes the newest one. Error::random_failed.
  Status make_key(std::uint64_t now);
  /// Wipes the keys under which every ticket is too old at `now`. seal() and open() do so by themselves.
  void forget_old(std::uint64_t now);

 private:
  /// A key must not seal more often, because its nonces are random (SP 800-38D, section 8.3).
  static constexpr std::uint64_t kMostSealed = 1ULL << 32;

  [[nodiscard]] const TicketKey* find(std::uint32_t id) const;

  Random& random_;
  std::uint32_t lifetime_;
  std::array<TicketKey, kKeys> keys_{};
  std::size_t size_ = 0;
};

}  // namespace pawl
