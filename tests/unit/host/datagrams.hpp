// SPDX-License-Identifier: Apache-2.0
/// A server over datagrams and its clients, over links in memory and in virtual time.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include <pawl/host/client/datagram_link.hpp>
#include <pawl/host/server/datagram_frontend.hpp>
#include <pawl/port/sim/lossy_link.hpp>

#include "tests/unit/host/world.hpp"

namespace pawl::host::test {

/// 192.0.c.d:4711, in the network of address_in(c).
inline Address datagram_address(std::uint8_t network, std::uint8_t host = 1) {
  return Address(ByteArray<6>{192, 0, network, host, 0x12, 0x67});
}

/// A server's transport, to which each client has a link of its own. What the server sends goes to whoever was last
/// heard at that address.
class Hub final : public DatagramTransport {
 public:
  explicit Hub(Clock& clock) : clock_(clock) {}

  /// The client's end of a new link.
  LossyLink::End& connect(const Address& address) {
    LossyLink& link = *links_.emplace_back(std::make_unique<LossyLink>(LinkFaults(), links_.size(), clock_));
    link.second().set_address(address);
    return link.second();
  }
  /// The link that was made last.
  LossyLink& last() { return *links_.back(); }

  Result<Received> receive(MutBytes buffer) override {
    for (const auto& link : links_) {
      const auto got = link->first().receive(buffer);
      if (!got.ok() || got.value().size == 0) continue;
      routes_.insert_or_assign(key_of(got.value().from), link.get());
      return got;
    }
    return Received{};
  }
  Status send(Bytes datagram, const Address& to) override {
    if (full) return Error::would_block;
    sent_to.push_back(to);
    return routes_.at(key_of(to))->first().send(datagram, to);
  }
  [[nodiscard]] bool sending() const override { return false; }
  void close() override {}
  [[nodiscard]] TransportCounters counters() const override { return counted; }

  /// It takes nothing from the server.
  bool full = false;
  TransportCounters counted;
  std::vector<Address> sent_to;

 private:
  using Key = std::vector<std::uint8_t>;
  static Key key_of(const Address& address) { return {address.bytes().begin(), address.bytes().end()}; }

  Clock& clock_;
  std::vector<std::unique_ptr<LossyLink>> links_;
  std::map<Key, LossyLink*> routes_;
};

/// A port over a transport, that does what a test says.
class TestPort final : public DatagramPort {
 public:
  struct State {
    ListenPoint point{Way::udp, 7295, "192.0.2.9:7295"};
    bool one_peer = false;
    bool refused = false;
    /// What tend() gives next.
    std::deque<LineChange> changes;
    std::optional<Instant> tend_at;
  };

  TestPort(DatagramTransport& transport, State& state) : transport_(transport), state_(state) {}

  [[nodiscard]] DatagramTransport& transport() override { return transport_; }
  /// Nobody looks at the number.
  [[nodiscard]] int fd() const override { return 1; }
  [[nodiscard]] std::size_t capacity() const override { return kLongestUdp; }
  [[nodiscard]] ListenPoint point() const override { return state_.point; }
  [[nodiscard]] bool one_peer() const override { return state_.one_peer; }
  LineChange tend(Instant /*now*/) override {
    if (state_.changes.empty()) return LineChange::none;
    const LineChange change = state_.changes.front();
    state_.changes.pop_front();
    return change;
  }
  [[nodiscard]] std::optional<Instant> tend_at() const override { return state_.tend_at; }
  [[nodiscard]] bool refused() const override { return state_.refused; }

 private:
  DatagramTransport& transport_;
  State& state_;
};

/// The way in over datagrams, and those who come by it.
class DatagramWorld : public ContextWorld {
 protected:
  FailureOr<> try_to_serve() {
    frontend_ = std::make_unique<DatagramFrontend>(context(), service(), std::make_unique<TestPort>(hub_, port_));
    return frontend_->start();
  }
  void serve() { ASSERT_TRUE(try_to_serve().ok()); }

  /// A client that has begun, and stays until it is told to go.
  std::unique_ptr<TestClient> connect(const ClientCredential& credential, LossyLink::End& end,
                                      std::uint16_t idle = 120) {
    const auto make_link = [&](ClientSettings& settings) {
      auto port = std::make_unique<TestPort>(end, client_port_);
      settings.max_rx = port->max_rx(false);
      return std::make_unique<DatagramLink>(settings, random_, std::move(port));
    };
    auto client = std::make_unique<TestClient>(loop_, credential, idle, make_link);
    client->messages.stays = true;
    client->messages.one_at_a_time = true;
    client->start();
    return client;
  }
  std::unique_ptr<TestClient> connect(const ClientCredential& credential, std::uint8_t network = 2) {
    return connect(credential, hub_.connect(datagram_address(network)));
  }

  Hub hub_{clock_};
  TestPort::State port_;
  TestPort::State client_port_;
  std::unique_ptr<DatagramFrontend> frontend_;
};

}  // namespace pawl::host::test
