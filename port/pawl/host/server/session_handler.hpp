// SPDX-License-Identifier: Apache-2.0
/// What stands behind a server. A Gateway makes a SessionHandler for each session that opens. The handler takes what
/// the client sends, and answers by the ServerSession whenever it likes to.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <pawl/base/bytes.hpp>
#include <pawl/host/base/failure.hpp>
#include <pawl/session/event.hpp>

namespace pawl::host {

struct PeerIdentity;

/// An open session of a server, as its handler has it. No call waits for anything, and none calls the handler back, so
/// that all may be called from anywhere in the loop. After the session has ended they do nothing.
class ServerSession {
 public:
  /// Whose session it is.
  [[nodiscard]] virtual const PeerIdentity& identity() const = 0;

  /// Sends the next part of a message, which `last` ends. It is queued if it cannot leave at once. False if full(), and
  /// then nothing was taken.
  virtual bool send(std::string part, bool last) = 0;
  /// Whether as much waits as ServerOptions::queue allows. SessionHandler::drained() tells when it has left.
  [[nodiscard]] virtual bool full() const = 0;
  /// Whether messages are wanted. They are at first. A client on a stream is held up meanwhile. What comes as datagrams
  /// is lost.
  virtual void listen(bool wanted) = 0;
  /// Ends the session in good order, after all that was sent before. Nothing more comes.
  virtual void close(CloseReason reason) = 0;
  /// The handler cannot go on. The observer is told, and the session closed with CloseReason::limit at once.
  virtual void fail(const Failure& failure) = 0;

 protected:
  ~ServerSession() = default;
};

/// What is left of a message that was begun and not ended.
struct LeftOver {
  std::filesystem::path path;
  std::uint64_t bytes = 0;
};

/// What the server does with one session. All calls come from the loop.
class SessionHandler {
 public:
  SessionHandler() = default;
  SessionHandler(const SessionHandler&) = delete;
  SessionHandler& operator=(const SessionHandler&) = delete;
  virtual ~SessionHandler() = default;

  /// Takes the next fragment of a message, which `last` ends. After a failure the session is closed, and nothing more
  /// comes.
  virtual FailureOr<> take(Bytes fragment, bool last) = 0;
  /// All that was sent is on its way, after the session was full().
  virtual void drained() {}
  /// The session is over. Nothing more comes. The handler ends soon after.
  virtual void ended(const Closed& /*how*/) {}
  /// What is left, once the session is over, of a message that was begun and not ended. None if there is nothing.
  [[nodiscard]] virtual std::optional<LeftOver> left_over() const { return std::nullopt; }
};

/// Makes the handlers of a server's sessions.
class Gateway {
 public:
  Gateway() = default;
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;
  virtual ~Gateway() = default;

  /// The handler of a session that has just been opened, and outlives its handler. After a failure the session is
  /// closed.
  virtual FailureOr<std::unique_ptr<SessionHandler>> open(ServerSession& session) = 0;
  /// Whether nothing of sessions that have ended goes on.
  [[nodiscard]] virtual bool idle() const { return true; }
};

}  // namespace pawl::host
