// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <pawl/base/address.hpp>
#include <pawl/handshake/resumption.hpp>
#include <pawl/session/datagram_channel.hpp>
#include <pawl/session/datagram_end.hpp>
#include <pawl/session/datagram_settings.hpp>
#include <pawl/session/event.hpp>
#include <variant>

namespace pawl {

/// One of the sessions of a DatagramServer, or a vacant place for one. The server hands it its datagrams. Its owner
/// looks at its events, which are those of a Session's server, sends, and takes what it has to send to peer(). After
/// Closed the place may become another peer's at the next DatagramServer::receive(). A handshake may even give way to
/// another one without a Closed. So CredentialWanted always begins anew.
class DatagramServerSession : public DatagramEnd {
 public:
  /// Buffers and settings as DatagramClient's, but that settings.max_rx leaves room for datagram_header_size(true).
  DatagramServerSession(const ServerSettings& settings, Random& random, MutBytes tx, std::span<std::uint32_t> windows);
  DatagramServerSession(const DatagramServerSession&) = delete;
  DatagramServerSession& operator=(const DatagramServerSession&) = delete;
  ~DatagramServerSession() = default;

  /// After CredentialWanted, as Session::refuse(). The enrolment is given by DatagramServer::provide().
  Status refuse(std::uint16_t retry_after, Instant now);

  /// As DatagramClient::send(). Also Error::would_block while the peer, at a new address, has not shown that it is
  /// there. No more than three times what came from there is sent until then (section 13.4).
  Status send(Bytes message, Instant now);
  [[nodiscard]] std::size_t longest_message() const;

  /// As Session::set_resumption() and send_ticket(). The record must fit longest_message().
  Status set_resumption(Resumption& resumption);
  Status send_ticket(const TicketRecord& ticket, Instant now);

  /// Where outgoing() goes.
  [[nodiscard]] const Address& peer() const { return address_; }
  /// The transport has taken, or lost, outgoing().
  void sent(Instant now);

  /// When DatagramServer::advance() is to be called for it at the latest, as Session::deadline(). It does not tell of
  /// events.
  [[nodiscard]] std::optional<Instant> deadline() const;
  /// Whether DatagramServer::advance() has a step of work to do for it, whatever the time.
  [[nodiscard]] bool has_work() const;
  Status rekey(Instant now);
  void close(Instant now, CloseReason reason = CloseReason::normal);
  Status exporter(Bytes label, Bytes context, MutBytes out) const;

  /// The authenticated user, as Session::user(). Empty until Established.
  [[nodiscard]] Bytes user() const { return user_; }
  [[nodiscard]] bool is_open() const { return std::holds_alternative<Open>(phase_); }
  /// Whether a handshake is under way.
  [[nodiscard]] bool is_half_open() const { return std::holds_alternative<Attempt>(phase_); }
  /// Whether its handshake began with a good cookie, so that the peer is where it says.
  [[nodiscard]] bool cookie_good() const { return cookie_good_; }
  /// Whether it is nobody's.
  [[nodiscard]] bool vacant() const;

 private:
  friend class DatagramServer;

  struct Vacant {};
  /// A handshake. Its last frame is in the slot's storage.
  struct Attempt {
    Attempt(const ServerSettings& settings, Random& random) : handshake(settings, random) {}

    Handshake handshake;
    /// The frame under work. Of a ClientHello with a longer ticket, only its share.
    ByteArray<kMaxHelloFrame> received{};
    std::size_t frame_size = 0;
    /// Where ClientFinish came from, and how long it was.
    Address finish_from{};
    std::size_t finish_size = 0;
  };
  struct Open {
    template <class... Arguments>
    explicit Open(Arguments&&... arguments) : channel(static_cast<Arguments&&>(arguments)...) {}

    DatagramChannel channel;
    /// The password flow's ServerFinish. Empty in the key flow.
    ByteArray<kFrameHeaderSize + kConfirmSize> finish{};
    std::size_t finish_size = 0;
    /// Until when an identical ClientFinish is answered.
    Instant finish_until;
  };
  /// A new address of the peer, until it has answered from there.
  struct Path {
    Address proven;
    Instant until;
    std::size_t received = 0;
    std::size_t sent = 0;
  };

  /// For the server. `frame` is a ClientHello whose cookie is zeroed, `hash` its SHA-256, `cookie_good` whether it had
  /// a good one.
  void accept(Bytes frame, const Sha256::Digest& hash, bool cookie_good, const Address& from, Instant now);
  [[nodiscard]] Attempt* awaiting_enrolment();
  [[nodiscard]] bool is_for(const Sha256::Digest& hash, const Address& from) const;
  [[nodiscard]] bool has_cid(Bytes cid) const;
  void hello_again(Instant now);
  /// Returns what is sent back to `from`, if anything is.
  Bytes receive_finish(Bytes frame, const Address& from, Instant now);
  void advance(Instant now);
  void receive_record(MutBytes datagram, const Address& from, Instant now);
  Status provide(const Enrolment* enrolment, Instant now);
  Status provide(const Ticket& ticket, const Enrolment& enrolment, Instant now);
  /// Ends it without a word.
  void abandon(Error error);

  Status follow(Status step, const Writer& out, Instant now);
  /// Tells the peer, and ends. `answered` is the hash of the frame that this answers.
  void refuse(Error error, std::uint16_t retry_after, const Sha256::Digest& answered);
  void open(Instant now);
  Bytes finish_again(Open& open, std::size_t size, const Address& from, Instant now);
  void follow_path(const Address& from, std::size_t size, const DatagramChannel::Received& received, Instant now);
  void check_path(const Address& from, std::size_t size, Instant now);
  void settle(const Open& open);
  void end(const Closed& closed);
  [[nodiscard]] Instant half_open_until() const;

  /// No place.
  static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

  const ServerSettings& settings_;
  Random& random_;
  std::span<std::uint32_t> windows_;
  /// For the server. The first place in the chain that has the number of this place, and the place that comes after
  /// this one in its own chain (see DatagramServer::chain_of()).
  std::size_t first_in_chain_ = kNowhere;
  std::size_t next_in_chain_ = kNowhere;
  Address address_;
  std::optional<Path> path_;
  DatagramFields fields_;
  bool cookie_good_ = false;
  Sha256::Digest hello_hash_{};
  Sha256::Digest finish_hash_{};
  Instant began_;
  /// When ServerHello was last sent.
  Instant answered_;
  Bytes user_;
  std::variant<Vacant, Attempt, Open, ClosedChannel> phase_;
};

/// A session with its buffers, and nothing else.
template <std::size_t Tx = kMinDatagram, std::size_t Window = 1024>
class StaticDatagramServerSession : private DatagramStorage<Tx, Window>, public DatagramServerSession {
 public:
  StaticDatagramServerSession(const ServerSettings& settings, Random& random)
      : DatagramServerSession(settings, random, this->tx, this->windows) {}
};

}  // namespace pawl
