// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include <pawl/port/posix/peer_address.hpp>
#include <pawl/port/posix/result.hpp>
#include <pawl/port/posix/tcp.hpp>

namespace pawl::host {

/// A byte stream to one peer that an event loop can wait for.
class Stream : public Transport {
 public:
  Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  virtual ~Stream() = default;

  /// The descriptor to wait for. It is -1, for which nobody waits, once the stream is closed.
  [[nodiscard]] virtual int fd() const = 0;
};

/// A stream of TCP.
class TcpStream final : public Stream {
 public:
  /// `socket` is connected and non-blocking.
  explicit TcpStream(Descriptor socket) : transport_(std::move(socket)) {}

  Result<std::size_t> read(MutBytes buffer) override { return transport_.read(buffer); }
  Result<std::size_t> write(Bytes bytes) override { return transport_.write(bytes); }
  void shutdown() override { transport_.shutdown(); }
  void close() override { transport_.close(); }
  [[nodiscard]] int fd() const override { return transport_.fd(); }

 private:
  TcpTransport transport_;
};

/// A stream that a listener has accepted, and where it comes from.
struct AcceptedStream {
  std::unique_ptr<Stream> stream;
  PeerAddress peer;
};

}  // namespace pawl::host
