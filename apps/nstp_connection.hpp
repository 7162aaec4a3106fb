// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <pawl/nstp/server.hpp>
#include <pawl/port/nstp_pump.hpp>
#include <pawl/port/posix/tcp.hpp>
#include <string>

#include "admission.hpp"
#include "nstp_record.hpp"
#include "reporter.hpp"

namespace pawl::app {

/// What the connections of a server of NSTP share. Belongs to the server and outlives them.
struct NstpServerContext {
  const nstp::ServerSettings& settings;
  Random& random;
  const NstpRecordStore& records;
  Reporter& reporter;
  Admission admission;
};

/// A client of the server, from accept() to the end of its transport.
class NstpConnection {
 public:
  /// The longest text of a message; a longer one is dropped.
  static constexpr std::size_t kLongestText = 16384;

  NstpConnection(NstpServerContext& context, TcpConnection&& accepted, std::unique_ptr<HalfOpenLimit::Place> place,
                 Instant now);
  NstpConnection(const NstpConnection&) = delete;
  NstpConnection& operator=(const NstpConnection&) = delete;
  ~NstpConnection() = default;

  /// Goes on when the socket is ready or deadline() has come. Does a bounded amount of work.
  void step(Instant now);
  /// Ends it.
  void close(Instant now);

  /// What to wait for.
  [[nodiscard]] int fd() const { return transport_.fd(); }
  [[nodiscard]] int wanted_events() const;
  [[nodiscard]] std::optional<Instant> deadline() const;
  [[nodiscard]] bool finished() const { return pump_.finished(); }

 private:
  struct Buffers {
    ByteArray<kLongestText + nstp::kMessageOverhead> receive{};
    ByteArray<kLongestText + nstp::kMessageOverhead> text{};
    /// The answer repeats the text and says "Server received: " before it.
    ByteArray<kLongestText + 64> send{};
    ByteArray<kLongestText + nstp::kMessageOverhead> input{};
  };

  void on(const nstp::PskWanted& event, Instant now);
  void on(const nstp::Established& event, Instant now);
  void on(const nstp::Message& event, Instant now);
  void on(const nstp::Closed& event, Instant now);
  static void on(const std::monostate& /*nothing*/, Instant /*now*/) {}

  std::unique_ptr<NstpRecord> look_up(Bytes user);
  void report_refused(Error error);
  void report_closed(Error error);

  NstpServerContext& context_;
  TcpTransport transport_;
  PeerAddress peer_;
  /// Given up once open.
  std::unique_ptr<HalfOpenLimit::Place> place_;
  /// As the client says, or, once open, has proved.
  std::string user_;
  bool was_open_ = false;
  /// The client has to wait; it was closed for that.
  bool too_soon_ = false;
  /// More events may wait than one step takes.
  bool busy_ = false;
  std::uint64_t messages_ = 0;
  std::unique_ptr<Buffers> buffers_ = std::make_unique<Buffers>();
  nstp::Server side_;
  NstpPump pump_;
};

}  // namespace pawl::app
