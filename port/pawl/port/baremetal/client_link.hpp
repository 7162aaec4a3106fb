// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <pawl/port/backoff.hpp>
#include <pawl/port/baremetal/uart_line.hpp>
#include <pawl/session/datagram_client.hpp>

namespace pawl {

/// Keeps a session with a server open over a UART. It connects, and after a pause it connects again whenever the
/// session has ended, whatever the reason. What a device does with it:
///
///     for (;;) {
///       feed the watchdog;
///       act on link.serve(now);
///       sleep until the next interrupt;
///     }
///
/// A serve() takes as long as one scalar multiplication at most, and waits for nothing. The ephemeral key is made
/// before an attempt begins to send. When a session ends its keys are wiped.
class ClientLink {
 public:
  /// A datagram each way, to be sent and opened in place, is at most this long.
  static constexpr std::size_t kDatagram = kMinDatagram;
  /// The width of the replay window in bits.
  static constexpr std::size_t kWindow = 128;
  /// The longest record that the line takes. settings.max_rx is to be no more.
  static constexpr std::uint16_t kMaxRx = kDatagram - datagram_header_size(false);
  /// What the line's buffer has room for.
  static constexpr std::size_t kLineBuffer = kDatagram + kPacketCrcSize;

  /// All belong to the caller and outlive the link. settings.idle tells how soon a silent server is noticed.
  ClientLink(const ClientSettings& settings, Random& random, UartLine& line)
      : settings_(settings), random_(random), line_(line) {}
  ClientLink(const ClientLink&) = delete;
  ClientLink& operator=(const ClientLink&) = delete;
  /// Wipes the session's keys.
  ~ClientLink() = default;

  /// Does one round, which moves bytes in and out and does at most one step of work. The event is DerivationWanted (for
  /// a password that is not derived), Established, Message or Closed. A Message is valid until the next serve(). After
  /// Closed with Error::random_failed or Error::invalid_argument there is no further attempt.
  Event serve(Instant now);

  /// Answers DerivationWanted, as DatagramClient::provide(). A device may well need longer than the attempt lasts,
  /// which then ends with Error::derivation_slow. Derive into the credential of the settings, and the next attempt has
  /// it. Error::wrong_state while there is no attempt.
  Status provide(const ClientCredential& credential, Instant now);

  /// As DatagramClient::send(). Error::wrong_state while there is no session.
  Status send(Bytes message, Instant now);
  /// As DatagramClient::rekey(). Error::wrong_state while there is no session.
  Status rekey(Instant now);
  /// Closes the session, and makes no further one.
  void close(Instant now);
  [[nodiscard]] bool is_open() const { return client_ && client_->is_open(); }

 private:
  Event take_event(Instant now);
  void on_closed(const Closed& closed, Instant now);

  const ClientSettings& settings_;
  Random& random_;
  UartLine& line_;
  ByteArray<kDatagram> tx_{};
  std::array<std::uint32_t, replay_words(kWindow)> windows_{};
  std::optional<DatagramClient> client_{};
  Backoff backoff_{};
  /// When the next attempt begins.
  Instant next_attempt_ = at_once();
  /// client_->outgoing() is on the line.
  bool sending_ = false;
  /// Closed was reported. The client goes once its last words have left.
  bool over_ = false;
  /// No further attempt is made.
  bool finished_ = false;
};

}  // namespace pawl
