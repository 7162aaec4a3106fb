// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <pawl/port/baremetal/uart_line.hpp>
#include <pawl/session/datagram_server.hpp>

namespace pawl {

/// The server's side of a device that has one user, and one session open over a UART. A second place is for the
/// handshake of a peer that has restarted, which takes the first one's place once it has authenticated itself
/// (PROTOCOL.md 13.5).
///
/// A serve() takes as long as one scalar multiplication at most, and waits for nothing.
class ServerLink {
 public:
  /// A datagram each way, to be sent and opened in place, is at most this long.
  static constexpr std::size_t kDatagram = kMinDatagram;
  /// The width of the replay window in bits.
  static constexpr std::size_t kWindow = 128;
  /// The longest record that the line takes. settings.max_rx is to be no more.
  static constexpr std::uint16_t kMaxRx = kDatagram - datagram_header_size(true);
  /// What the line's buffer has room for.
  static constexpr std::size_t kLineBuffer = kDatagram + kPacketCrcSize;

  /// All belong to the caller and outlive the link.
  ServerLink(const ServerSettings& settings, const Enrolment& enrolment, Random& random, UartLine& line);
  ServerLink(const ServerLink&) = delete;
  ServerLink& operator=(const ServerLink&) = delete;
  /// Wipes the sessions' keys.
  ~ServerLink() = default;

  /// As DatagramServer::start().
  Status start(Instant now) { return server_.start(now); }

  /// Does one round, which moves bytes in and out and does at most one step of work. The event is Established, Message
  /// or Closed, of the session that is open or was. A Message is valid until the next serve().
  Event serve(Instant now);

  /// As DatagramServerSession::send(). Error::wrong_state while there is no session.
  Status send(Bytes message, Instant now);
  [[nodiscard]] bool is_open() const { return open_.has_value(); }

 private:
  static constexpr std::size_t kPlaces = 2;

  struct Place {
    Place(const ServerSettings& settings, Random& random) : session(settings, random, tx, windows) {}

    ByteArray<kDatagram> tx{};
    std::array<std::uint32_t, replay_words(kWindow)> windows{};
    DatagramServerSession session;
  };

  void finish_sending(Instant now);
  Event take_event(Instant now);
  Event event_of(std::size_t place, Instant now);
  void provide(std::size_t place, const CredentialWanted& wanted, Instant now);
  bool work(Instant now);
  void begin_sending(Instant now);

  const Enrolment& enrolment_;
  UartLine& line_;
  Place first_;
  Place second_;
  std::array<DatagramServerSession*, kPlaces> sessions_{&first_.session, &second_.session};
  DatagramServer server_;
  /// The place whose session is open.
  std::optional<std::size_t> open_;
  /// Whose datagram is on the line. It is a place, or kPlaces for the server's own.
  std::optional<std::size_t> sending_;
};

}  // namespace pawl
