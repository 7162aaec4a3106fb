// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include <pawl/host/base/text.hpp>
#include <pawl/host/server/connection.hpp>
#include <pawl/port/pump.hpp>

namespace pawl::host {

/// A client that speaks Pawl. It has buffers only while something is on its way, so that a thousand idle ones need next
/// to nothing.
class PawlConnection final : public Connection {
 public:
  /// The context and the service outlive it.
  PawlConnection(ServerContext& context, const PawlService& service, Arrival&& arrival);
  PawlConnection(const PawlConnection&) = delete;
  PawlConnection& operator=(const PawlConnection&) = delete;
  ~PawlConnection() override;

  [[nodiscard]] Interest interest() const override;
  [[nodiscard]] std::optional<Instant> deadline() const override;

 private:
  void renew_ticket(Instant now) override;
  void work(Instant now) override;
  void attach();
  void detach_if_idle();
  bool attend(Instant now);
  void deliver(Instant now);
  [[nodiscard]] bool takes_events() const;
  void send_ticket(Instant now);
  [[nodiscard]] Version version() const override { return service_.users.version(bytes_of(identity().user)); }
  Status provide(Instant now);

  void on(const CredentialWanted& event, Instant now);
  void on(const Established& event, Instant now);
  void on(const Message& event, Instant now);
  void on(const Closed& event, Instant now);
  static void on(std::monostate /*no event*/, Instant /*now*/) {}
  static void on(const DerivationWanted& /*a client's*/, Instant /*now*/) {}
  static void on(const TicketReceived& /*a client's*/, Instant /*now*/) {}

  const PawlService& service_;
  SessionCredential credential_;
  bool closing_ = false;

  /// Both are there, or neither.
  std::unique_ptr<Buffers> buffers_;
  std::optional<Pump> pump_;
  pawl::Session session_;
};

}  // namespace pawl::host
