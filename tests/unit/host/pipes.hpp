// SPDX-License-Identifier: Apache-2.0
/// Streams in memory, and who gives them to a server.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include <pawl/host/net/listener.hpp>
#include <pawl/port/sim/pipe.hpp>

namespace pawl::host::test {

/// One end of a pipe.
class PipeStream final : public Stream {
 public:
  /// The pipe lives as long as its ends.
  PipeStream(std::shared_ptr<Pipe> pipe, Transport& end) : pipe_(std::move(pipe)), end_(end) {}
  ~PipeStream() override {
    if (open_) end_.close();
  }

  Result<std::size_t> read(MutBytes buffer) override { return end_.read(buffer); }
  Result<std::size_t> write(Bytes bytes) override { return end_.write(bytes); }
  void shutdown() override { end_.shutdown(); }
  void close() override {
    end_.close();
    open_ = false;
  }
  /// Nobody looks at the number.
  [[nodiscard]] int fd() const override { return open_ ? 1 : -1; }

 private:
  std::shared_ptr<Pipe> pipe_;
  Transport& end_;
  bool open_ = true;
};

/// A stream as both ends have it.
struct StreamPair {
  std::unique_ptr<Stream> server;
  std::unique_ptr<Stream> client;
};

inline StreamPair join_streams(const PipeLimits& limits = {}) {
  auto pipe = std::make_shared<Pipe>(limits);
  return {std::make_unique<PipeStream>(pipe, pipe->first()), std::make_unique<PipeStream>(pipe, pipe->second())};
}

/// The address a.b.c.1 in a network /24 of its own.
inline PeerAddress address_in(std::uint8_t network) {
  return {"192.0." + std::to_string(network) + ".1:4711", {4, 192, 0, network}};
}

/// Whom a server lets in next.
class PipeListener final : public StreamListener {
 public:
  struct Queue {
    std::deque<AcceptedStream> waiting;
    /// What accept() fails with; none: it does not.
    std::error_code failure;
  };

  explicit PipeListener(std::shared_ptr<Queue> queue) : queue_(std::move(queue)) {}

  PosixResult<std::optional<AcceptedStream>> accept() override {
    if (queue_->failure) return queue_->failure;
    if (queue_->waiting.empty()) return std::optional<AcceptedStream>();
    std::optional next(std::move(queue_->waiting.front()));
    queue_->waiting.pop_front();
    return next;
  }
  [[nodiscard]] int fd() const override { return 1; }
  [[nodiscard]] std::uint16_t port() const override { return 7295; }
  [[nodiscard]] std::string address() const override { return "192.0.2.9:7295"; }

 private:
  std::shared_ptr<Queue> queue_;
};

}  // namespace pawl::host::test
