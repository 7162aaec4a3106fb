// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <pawl/base/time.hpp>
#include <pawl/nstp/event.hpp>

namespace pawl::nstp {

/// What both sides of NSTP have in common, which is a connection over one stream, sans-I/O. It takes bytes and the time
/// and gives bytes, events and the next deadline. It never calls back, blocks, reads a clock or, with Mbed TLS,
/// allocates (crypto/backend.hpp). Its application moves the bytes, for example with port/nstp_pump.hpp:
///
///     client.start(now);   or   server.start(now);
///     for (;;) {
///       write outgoing() to the transport, in one call, and tell it by sent();
///       read from the transport and feed receive(); tell end_of_stream() when it ends;
///       act on next_event() until there is none;
///       call advance(now) whenever deadline() has come;
///       leave when is_over(), with no event and nothing outgoing() left.
///     }
///
/// The wire is described in core/NSTP.md, and what it does not protect in SECURITY.md.
class Endpoint {
 public:
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;

  /// Begins. A client has its hello to send then, and a server awaits one. Error::invalid_argument for settings or
  /// buffers out of range, Error::random_failed, Error::wrong_state if started before. After an error it is over.
  virtual Status start(Instant now) = 0;

  /// Takes bytes that the transport gave and returns how many. Call it again with the rest. It takes nothing, and
  /// returns 0, while outgoing() is not sent, while an event waits or a server's Message is not answered, and when it
  /// is over. Error::wrong_state before start().
  ///
  /// `in` is all that one read of the transport gave, or what is left of it. Server::receive() says why.
  virtual Result<std::size_t> receive(Bytes in, Instant now) = 0;

  /// The transport has ended or failed, and all that came before was taken by receive().
  virtual void end_of_stream(Instant now) = 0;

  /// The next event, or std::monostate. Events come one at a time and once.
  virtual Event next_event();

  /// The bytes to write to the transport. A message has to be written in one call, so that it arrives in one piece.
  [[nodiscard]] Bytes outgoing() const { return tx_.subspan(tx_begin_, tx_end_ - tx_begin_); }
  /// The transport has taken the first n bytes of outgoing().
  void sent(std::size_t n, Instant /*now*/) { tx_begin_ += std::min(n, tx_end_ - tx_begin_); }

  /// When advance() is to be called at the latest. A moment that has passed means now. None if it is not started, has
  /// no time-out, or is over.
  [[nodiscard]] std::optional<Instant> deadline() const { return deadline_; }
  /// As Session::has_work(). Here no step takes so long that it is put off.
  [[nodiscard]] static constexpr bool has_work() { return false; }
  /// Ends what has taken too long by `now`.
  void advance(Instant now);

  /// Ends it without a word, since this wire has none for that.
  void close() { end(Error::none); }

  [[nodiscard]] bool is_open() const { return stage_ == Stage::open; }
  [[nodiscard]] bool is_over() const { return stage_ == Stage::over; }

 protected:
  enum class Stage : std::uint8_t {
    fresh,  ///< Not started.
    hello,  ///< Awaits the peer's first words.
    psk,    ///< A server awaits its application.
    proof,  ///< Awaits the peer's proof.
    open,
    over,
  };

  Endpoint(MutBytes rx, MutBytes tx) : rx_(rx), tx_(tx) {}
  /// Wipes what is left in `rx` and `tx`.
  ~Endpoint();

  /// Whether more input may be taken.
  [[nodiscard]] bool takes_input() const;
  [[nodiscard]] bool event_waits() const { return is_event(event_); }
  /// Takes of `in` what is missing to `want` bytes in rx_, and returns how many.
  std::size_t fill(Bytes in, std::size_t want);
  /// All of tx_, to write to. outgoing() is empty.
  MutBytes space() { return tx_; }
  void commit(std::size_t n);
  void end(Error error);
  /// Called by end(). It wipes the keys.
  virtual void forget() = 0;

  MutBytes rx_;
  std::size_t rx_size_ = 0;
  Stage stage_ = Stage::fresh;
  std::optional<Instant> deadline_{};
  Event event_{};

 private:
  /// Reported after the event that waits.
  std::optional<Closed> closed_{};
  MutBytes tx_;
  std::size_t tx_begin_ = 0;
  std::size_t tx_end_ = 0;
};

}  // namespace pawl::nstp
