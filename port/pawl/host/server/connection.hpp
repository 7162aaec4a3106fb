// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include <pawl/host/net/stream.hpp>
#include <pawl/host/server/peer.hpp>

namespace pawl::host {

/// A client that has just come in over a stream.
struct Arrival;

/// A client of a server over a stream, from accept() to the end of its stream, whatever protocol it speaks.
class Connection : public Peer {
 public:
  /// The one that waits for what the connection needs.
  class Owner {
   public:
    /// The connection waits for something else than before. It may be finished.
    virtual void settle() = 0;

   protected:
    ~Owner() = default;
  };

  /// Goes on when the stream is ready or deadline() has come. Does a bounded amount of work, one scalar multiplication
  /// at most. If work remains to be done, deadline() is a moment of the past.
  void step(Instant now);
  /// Its permit for an unfinished handshake was given to somebody else. It ends without a word.
  void evict();

  /// What to wait for.
  [[nodiscard]] int fd() const { return stream_->fd(); }
  [[nodiscard]] virtual Interest interest() const = 0;
  [[nodiscard]] virtual std::optional<Instant> deadline() const = 0;
  /// Whether the stream is closed and nothing remains to be done.
  [[nodiscard]] bool finished() const { return finished_; }

 protected:
  /// The context outlives it.
  Connection(ServerContext& context, Way way, Arrival&& arrival);

  /// Does what step() does.
  virtual void work(Instant now) = 0;
  /// Whether something was asked of it since the last step.
  [[nodiscard]] bool woken() const { return woken_; }

  [[nodiscard]] Stream& stream() { return *stream_; }
  /// The client has said more than somebody would who only takes places.
  void keep_permit() { permit_->keep(); }
  /// The session is open. A handshake that failed keeps its permit to the end of its stream.
  void give_permit_up() { permit_.reset(); }
  void set_finished(bool finished) { finished_ = finished; }

 private:
  void wake() final;

  Owner& owner_;
  std::unique_ptr<Stream> stream_;
  std::unique_ptr<HalfOpenLimit::Permit> permit_;
  bool finished_ = false;
  bool stepping_ = false;
  bool woken_ = false;
};

/// What a connection is made of when a stream arrives.
struct Arrival {
  AcceptedStream accepted;
  std::unique_ptr<HalfOpenLimit::Permit> permit;
  Connection::Owner& owner;
  Instant now;
};

}  // namespace pawl::host
