// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/handshake/initiator.hpp>
#include <pawl/port/posix/random.hpp>
#include <pawl/port/posix/tcp.hpp>
#include <pawl/port/pump.hpp>

#include "buffer_pool.hpp"
#include "link.hpp"

namespace pawl::app {

/// A session over TCP.
class StreamLink final : public Link {
 public:
  /// `socket` is connected; the settings outlive the link.
  StreamLink(const ClientSettings& settings, Descriptor socket);

  Status start(Instant now) override { return session_.start(now); }
  Status provide(const ClientCredential& credential, Instant now) override { return session_.provide(credential, now); }
  Result<std::size_t> send(const Fragment& fragment, Instant now) override {
    return session_.send(fragment.bytes, fragment.last, now);
  }
  void close(Instant now) override { session_.close(now); }
  [[nodiscard]] bool is_open() const override { return session_.is_open(); }

  Event run(Instant now) override { return pump_.run(now); }
  void flush(Instant now) override { pump_.flush(now); }
  [[nodiscard]] bool wants_read() const override { return pump_.wants_read(); }
  [[nodiscard]] bool wants_write() const override { return pump_.wants_write(); }
  [[nodiscard]] std::optional<Instant> deadline() const override { return pump_.deadline(); }
  [[nodiscard]] std::optional<Instant> deadline_without_events() const override { return session_.deadline(); }
  [[nodiscard]] bool finished() const override { return pump_.finished(); }
  [[nodiscard]] int fd() const override { return transport_.fd(); }

 private:
  SystemRandom random_;
  std::unique_ptr<Buffers> buffers_ = std::make_unique<Buffers>();
  TcpTransport transport_;
  Session session_;
  Pump pump_;
};

}  // namespace pawl::app
