// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include <pawl/base/config.hpp>
#include <pawl/host/server/datagram_frontend.hpp>
#include <pawl/host/server/pawl_connection.hpp>
#include <pawl/host/server/server.hpp>
#include <pawl/host/server/stream_frontend.hpp>

namespace pawl::host {
namespace {

/// How often a server that is stopping looks whether all is over.
constexpr Duration kStopPeriod = milliseconds(20);

}  // namespace

Server::Server(const ServerWorld& world, const ServerOptions& options)
    : context_(world, options), watch_(world.loop, *this) {
  watch(world.loop.clock().now() + OpenSessions::kCheckPeriod);
}

Server::~Server() = default;

FailureOr<std::unique_ptr<PawlService>> Server::service_for(const UserStore& users) {
  auto key = users.enumeration_key();
  if (!key.ok()) return key.failure();
  if (context_.options.keep_tickets_by != nullptr && users.ticket_key_store() == nullptr) {
    return Failure{.kind = Failure::Kind::store_key,
                   .detail = "ticket keys are kept only where the users' secrets are sealed under a store key"};
  }
  TicketKeyring& tickets = context_.ticket_keys(users);
  PAWL_HOST_TRY(tickets.take_up(context_.loop.clock().now()));
  auto service = std::make_unique<PawlService>(users, tickets, std::move(key.value()));
  PAWL_HOST_TRY(service->prepare(context_.options.idle));
  return service;
}

FailureOr<> Server::listen(std::unique_ptr<StreamListener> listener, const UserStore& users) {
  auto service = service_for(users);
  if (!service.ok()) return service.failure();
  const PawlService& shared = *services_.emplace_back(std::move(service.value()));
  frontends_.push_back(
      std::make_unique<StreamFrontend>(context_, std::move(listener), Way::tcp, [this, &shared](Arrival arrival) {
        return std::make_unique<PawlConnection>(context_, shared, std::move(arrival));
      }));
  return {};
}

FailureOr<> Server::listen(std::unique_ptr<DatagramPort> port, const UserStore& users) {
  auto service = service_for(users);
  if (!service.ok()) return service.failure();
  PawlService& own = *services_.emplace_back(std::move(service.value()));
  auto frontend = std::make_unique<DatagramFrontend>(context_, own, std::move(port));
  PAWL_HOST_TRY(frontend->start());
  frontends_.push_back(std::move(frontend));
  has_datagrams_ = true;
  return {};
}

FailureOr<> Server::listen(std::unique_ptr<StreamListener> listener, const NstpUsers& users) {
  PAWL_HOST_TRY(users.require());
  const NstpService& shared =
      *nstp_services_.emplace_back(std::make_unique<NstpService>(NstpService{users, {context_.options.idle}}));
  frontends_.push_back(
      std::make_unique<StreamFrontend>(context_, std::move(listener), Way::nstp, [this, &shared](Arrival arrival) {
        return std::make_unique<NstpConnection>(context_, shared, std::move(arrival));
      }));
  return {};
}

FailureOr<> Server::set_limits(const Limits& limits, std::uint16_t idle) {
  if (has_datagrams_ && idle == 0) return Failure{.kind = Failure::Kind::idle_needed};
  context_.options.limits = limits;
  context_.options.idle = idle;
  for (const auto& each : services_) each->settings.idle = idle;
  for (const auto& each : nstp_services_) each->settings.idle = idle;
  return {};
}

void Server::watch(Instant next) { watch_.wait_for(-1, Interest::none, next); }

void Server::on_ready(Instant now) {
  const auto next_check = context_.open_sessions.check(now);
  context_.tend_ticket_keys(now);
  if (!stop_by_) return watch(next_check.value_or(now + OpenSessions::kCheckPeriod));
  stopped_ = now >= *stop_by_ || std::ranges::all_of(frontends_, [](const auto& each) { return each->stopped(); });
  if (!stopped_) return watch(now + kStopPeriod);
  watch_.drop();
  for (const auto& frontend : frontends_) frontend->finish();
}

void Server::stop() {
  if (stop_by_) return;
  const Instant now = context_.loop.clock().now();
  context_.observer.stopping();
  stop_by_ = now + Config::kCloseWait;
  for (const auto& frontend : frontends_) frontend->stop(now);
  on_ready(now);
}

}  // namespace pawl::host
