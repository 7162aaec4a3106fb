// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <pawl/handshake/initiator.hpp>
#include <pawl/port/datagram_pump.hpp>
#include <pawl/port/posix/random.hpp>
#include <vector>

#include "datagram_port.hpp"
#include "link.hpp"

namespace pawl::app {

/// A session over datagrams. The source gives whole messages: see WholeMessages.
class DatagramLink final : public Link {
 public:
  /// The settings, whose max_rx is that of a client at this port, and the reporter outlive the link.
  DatagramLink(const ClientSettings& settings, std::unique_ptr<DatagramPort> port, Reporter& reporter);

  Status start(Instant now) override { return session_.start(now); }
  Status provide(const ClientCredential& credential, Instant now) override { return session_.provide(credential, now); }
  Result<std::size_t> send(const Fragment& fragment, Instant now) override;
  void close(Instant now) override { session_.close(now); }
  [[nodiscard]] bool is_open() const override { return session_.is_open(); }

  Event run(Instant now) override;
  void flush(Instant now) override { pump_.flush(now); }
  [[nodiscard]] bool wants_read() const override { return true; }
  [[nodiscard]] bool wants_write() const override { return pump_.wants_write(); }
  [[nodiscard]] std::optional<Instant> deadline() const override;
  [[nodiscard]] std::optional<Instant> deadline_without_events() const override;
  [[nodiscard]] bool finished() const override { return pump_.finished(); }
  [[nodiscard]] int fd() const override { return port_->fd(); }

  [[nodiscard]] std::optional<Duration> reply_wait() const override { return seconds(3); }
  void report(Reporter& reporter) const override;
  [[nodiscard]] bool refused() const override { return port_->refused(); }

 private:
  static constexpr std::size_t kWindow = 1024;

  Reporter& reporter_;
  SystemRandom random_;
  std::unique_ptr<DatagramPort> port_;
  std::vector<std::uint8_t> send_;
  std::vector<std::uint8_t> receive_;
  std::vector<std::uint32_t> windows_;
  DatagramClient session_;
  DatagramPump pump_;
};

}  // namespace pawl::app
