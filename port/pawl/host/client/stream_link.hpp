// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <pawl/handshake/initiator.hpp>
#include <pawl/host/client/link.hpp>
#include <pawl/host/net/buffer_pool.hpp>
#include <pawl/host/net/stream.hpp>
#include <pawl/port/pump.hpp>

namespace pawl::host {

/// A session over a stream.
class StreamLink final : public Link {
 public:
  /// The settings and `random` outlive the link.
  StreamLink(const ClientSettings& settings, Random& random, std::unique_ptr<Stream> stream);

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
  void not_listening(Instant now) override;
  [[nodiscard]] bool finished() const override { return pump_.finished(); }
  [[nodiscard]] int fd() const override { return stream_->fd(); }

 private:
  std::unique_ptr<Buffers> buffers_ = std::make_unique<Buffers>();
  std::unique_ptr<Stream> stream_;
  Session session_;
  Pump pump_;
  /// When to ping next while it does not listen.
  Instant ping_at_{};
};

}  // namespace pawl::host
