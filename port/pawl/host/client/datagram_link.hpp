// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include <pawl/handshake/initiator.hpp>
#include <pawl/host/client/link.hpp>
#include <pawl/port/datagram_pump.hpp>

namespace pawl::host {

/// A session over datagrams. The source gives whole messages. See WholeMessages.
class DatagramLink final : public Link {
 public:
  /// For how long a reply is waited for.
  static constexpr Duration kReplyWait = seconds(3);

  /// The settings, whose max_rx is that of a client at this port, and `random` outlive the link.
  DatagramLink(const ClientSettings& settings, Random& random, std::unique_ptr<DatagramPort> port);

  Status start(Instant now) override { return session_.start(now); }
  Status provide(const ClientCredential& credential, Instant now) override { return session_.provide(credential, now); }
  Result<std::size_t> send(const Fragment& fragment, Instant now) override;
  [[nodiscard]] std::size_t longest_message() const override { return session_.longest_message(); }
  void close(Instant now) override { session_.close(now); }
  [[nodiscard]] bool is_open() const override { return session_.is_open(); }

  Event run(Instant now) override { return pump_.run(now); }
  void flush(Instant now) override { pump_.flush(now); }
  [[nodiscard]] bool wants_read() const override { return true; }
  [[nodiscard]] bool wants_write() const override { return pump_.wants_write(); }
  [[nodiscard]] std::optional<Instant> deadline() const override;
  [[nodiscard]] std::optional<Instant> deadline_without_events() const override;
  [[nodiscard]] bool finished() const override { return pump_.finished(); }
  [[nodiscard]] int fd() const override { return port_->fd(); }
  [[nodiscard]] unsigned fd_changes() const override { return port_->fd_changes(); }

  [[nodiscard]] std::optional<Duration> reply_wait() const override { return kReplyWait; }
  void tend(Instant now, ClientObserver& observer) override;
  [[nodiscard]] std::optional<LinkReport> report() const override {
    return LinkReport{port_->transport().counters(), session_.counters()};
  }
  [[nodiscard]] bool refused() const override { return port_->refused(); }

 private:
  static constexpr std::size_t kWindow = 1024;

  std::unique_ptr<DatagramPort> port_;
  std::vector<std::uint8_t> send_;
  std::vector<std::uint8_t> receive_;
  std::vector<std::uint32_t> windows_;
  DatagramClient session_;
  DatagramPump pump_;
};

}  // namespace pawl::host
