// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include <pawl/port/clock.hpp>
#include <pawl/port/datagram_transport.hpp>
#include <pawl/port/sim/chance.hpp>

namespace pawl {

/// What a lossy link does to datagrams, which by default is nothing. Chances are per million.
struct LinkFaults {
  std::uint32_t loss = 0;
  /// Of those that are not lost, each copy on its own way.
  std::uint32_t duplication = 0;
  /// One bit of the copy is inverted.
  std::uint32_t corruption = 0;
  /// Each copy takes a time between these two, uniform, and so may arrive before earlier ones.
  Duration min_delay{};
  Duration max_delay{};
  /// But no copy overtakes one that was sent more than this many datagrams before it. That one arrives first. With 0
  /// they keep their order.
  std::uint32_t reordering = 0;
};

/// Two ends of a link that loses, repeats, reorders, alters and delays datagrams, in the time of a clock. The same seed
/// and the same calls give the same faults. For tests and simulations in one thread.
class LossyLink {
 public:
  /// What happened in one direction.
  struct Counters {
    std::uint64_t sent = 0;
    std::uint64_t lost = 0;
    std::uint64_t duplicated = 0;
    std::uint64_t corrupted = 0;
    /// Arrived after one that was sent later.
    std::uint64_t reordered = 0;
  };

  /// One of the two ends of the link.
  class End final : public DatagramTransport {
   public:
    Result<Received> receive(MutBytes buffer) override;
    Status send(Bytes datagram, const Address& to) override;
    [[nodiscard]] bool sending() const override { return false; }
    void close() override { closed_ = true; }
    [[nodiscard]] TransportCounters counters() const override { return counters_; }

    /// What the other end sees as the source of what is sent from now on. Datagrams reach the other end whatever
    /// address they are sent to.
    void set_address(const Address& address) { address_ = address; }
    /// When receive() gives something next. None if nothing is on its way here.
    [[nodiscard]] std::optional<Instant> next_arrival() const;
    /// Of the datagrams that this end sent.
    [[nodiscard]] const Counters& sent() const { return sent_; }

   private:
    friend class LossyLink;
    struct Copy {
      std::vector<std::uint8_t> bytes;
      Address from;
      Instant due;
    };
    /// On their way, by the number under which they were sent.
    using Lane = std::multimap<std::uint64_t, Copy>;

    End(LossyLink& link, Lane& in, Lane& out) : link_(link), in_(in), out_(out) {}
    void dispatch(Bytes datagram);
    [[nodiscard]] Lane::const_iterator next() const;

    LossyLink& link_;
    Lane& in_;
    Lane& out_;
    Address address_{};
    Counters sent_{};
    TransportCounters counters_{};
    /// One more than the highest number that arrived here.
    std::uint64_t arrived_ = 0;
    bool closed_ = false;
  };

  /// `clock` belongs to the caller and outlives the link.
  LossyLink(const LinkFaults& faults, std::uint64_t seed, Clock& clock);
  LossyLink(const LossyLink&) = delete;
  LossyLink& operator=(const LossyLink&) = delete;
  ~LossyLink() = default;

  /// The ends, which live as long as the link. Their addresses are empty at first.
  End& first() { return first_; }
  End& second() { return second_; }
  /// From now on.
  void set_faults(const LinkFaults& faults) { faults_ = faults; }

 private:
  LinkFaults faults_;
  Chance chance_;
  Clock& clock_;
  End::Lane forth_;
  End::Lane back_;
  End first_;
  End second_;
};

}  // namespace pawl
