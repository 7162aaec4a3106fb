// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <pawl/host/server/connection.hpp>
#include <pawl/host/store/nstp_users.hpp>
#include <pawl/nstp/server.hpp>
#include <pawl/port/nstp_pump.hpp>

namespace pawl::host {

/// What connections of NSTP need besides the context.
struct NstpService {
  const NstpUsers& users;
  nstp::ServerSettings settings;
};

/// A client that speaks NSTP.
class NstpConnection final : public Connection {
 public:
  /// The longest text of a message. A longer one is dropped.
  static constexpr std::size_t kLongestText = 16384;

  /// As for PawlConnection.
  NstpConnection(ServerContext& context, const NstpService& service, Arrival&& arrival);

  [[nodiscard]] Interest interest() const override;
  [[nodiscard]] std::optional<Instant> deadline() const override;

 private:
  struct Buffers {
    ByteArray<kLongestText + nstp::kMessageOverhead> receive{};
    ByteArray<kLongestText + nstp::kMessageOverhead> text{};
    /// The answer repeats the text and says "Server received: " before it.
    ByteArray<kLongestText + 64> send{};
    ByteArray<kLongestText + nstp::kMessageOverhead> input{};
  };

  void work(Instant now) override;
  bool attend(Instant now);
  [[nodiscard]] bool takes_events() const;
  [[nodiscard]] Version version() const override;
  Status provide(Bytes user);

  void on(const nstp::PskWanted& event, Instant now);
  void on(const nstp::Established& event, Instant now);
  void on(const nstp::Message& event, Instant now);
  void on(const nstp::Closed& event, Instant now);
  static void on(const std::monostate& /*nothing*/, Instant /*now*/) {}

  const NstpService& service_;
  /// The seconds that the client has to wait. The connection is closed for that. NSTP cannot tell the client to wait.
  std::uint16_t wait_ = 0;
  /// More events may wait than one step takes.
  bool busy_ = false;
  /// The client waits for an answer. On this wire nothing else can be sent.
  bool answer_due_ = false;
  std::unique_ptr<Buffers> buffers_ = std::make_unique<Buffers>();
  nstp::Server side_;
  NstpPump pump_;
};

}  // namespace pawl::host
