// SPDX-License-Identifier: Apache-2.0
#include "server.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <utility>

#include "text.hpp"

namespace pawl::app {

TcpListener listen_on(const std::string& text) {
  const Endpoint endpoint = parse_listen_endpoint(text);
  auto listener = TcpListener::open(endpoint.host, endpoint.port);
  if (!listener.ok()) throw cannot_listen(text, listener.error());
  return std::move(listener.value());
}

bool raise_descriptor_limit(std::uint64_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return false;
  if (limit.rlim_cur >= wanted) return true;
  limit.rlim_cur = std::min<rlim_t>(wanted, limit.rlim_max);
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= wanted;
}

namespace {

/// A socket for each session and a file being saved; those being refused; and the few of the process itself.
rlim_t descriptors_for(const Server::Options& options) {
  constexpr rlim_t kOwn = 32;
  const rlim_t each = options.save ? 2 : 1;
  return options.max_sessions * each + Refusals::kMost + kOwn;
}

}  // namespace

AppError cannot_listen(const std::string& text, std::error_code error) {
  if (error == std::errc::address_in_use) {
    return {ExitCode::port_in_use,
            "Port " + std::to_string(parse_listen_endpoint(text).port) +
                " is in use. Stop the program that uses it, or give another port to --listen; 0 takes a free one."};
  }
  const bool local = error == std::errc::permission_denied || error == std::errc::too_many_files_open;
  return {local ? ExitCode::io : ExitCode::usage, "Cannot listen on " + printable(bytes_of(text)) + ": " +
                                                      error.message() +
                                                      ". Give an address of this machine to --listen."};
}

Server::Server(const Options& options, Reporter& reporter)
    : reporter_(reporter),
      context_(options, reporter),
      listener_(listen_on(options.listen)),
      slots_(options.max_sessions) {
  for (Slot& slot : slots_) free_.push_back(&slot);
  if (!raise_descriptor_limit(descriptors_for(options))) {
    reporter.warn("The limit of open files is too low for " + std::to_string(options.max_sessions) +
                  " sessions: beyond it, clients wait. Raise it (ulimit -n), or give fewer to --max-sessions.");
  }
}

ExitCode Server::run() {
  StopSignal::expect();
  reporter_.event("listening", {{"port", listener_->port()}}, "Listening on port " + std::to_string(listener_->port()));
  while (!stopped()) {
    wait();
    if (StopSignal::came() && !stop_by_) begin_stop();
    step_connections();
    refusals_.step(polls_, clock_.now());
    if (listener_ && polls_.ready(listener_place_)) accept_some();
  }
  reporter_.event("stopped", {}, "Stopped.");
  return ExitCode::ok;
}

void Server::wait() {
  const Instant now = clock_.now();
  if (accept_again_ && *accept_again_ <= now) accept_again_.reset();
  polls_.clear();
  polls_.add(stop_signal_.fd(), stop_by_ ? 0 : POLLIN);
  listener_place_ = polls_.add(listener_ ? listener_->fd() : -1, accept_again_ ? 0 : POLLIN);
  auto deadline = sooner(accept_again_, sooner(stop_by_, refusals_.wait_for(polls_)));
  for (Slot& slot : slots_) {
    if (!slot.connection) continue;
    slot.place = polls_.add(slot.connection->fd(), slot.connection->wanted_events());
    deadline = sooner(deadline, slot.connection->deadline());
  }
  polls_.wait(deadline, now);
}

// Accepting.

void Server::accept_some() {
  for (int i = 0; i < kAcceptsPerRound; ++i) {
    auto accepted = listener_->accept();
    if (!accepted.ok()) {
      reporter_.warn("Cannot accept a connection: " + accepted.error().message() + ". It has to wait.");
      accept_again_ = clock_.now() + kAcceptPause;
      return;
    }
    if (!accepted.value()) return;
    take_in(std::move(*accepted.value()), clock_.now());
  }
}

void Server::take_in(TcpConnection&& accepted, Instant now) {
  auto place = free_.empty() ? nullptr : context_.admission.half_open().enter(accepted.peer.prefix);
  if (!place) {
    const std::string reason = free_.empty() ? "no session is free" : "too many unfinished handshakes";
    reporter_.event("refused", {{"address", accepted.peer.text}, {"error", "busy"}},
                    "Refused " + accepted.peer.text + ": " + reason + ".");
    refusals_.refuse(std::move(accepted), now);
    return;
  }
  free_.back()->connection.emplace(context_, std::move(accepted), std::move(place), now);
  free_.pop_back();
}

// Connections.

void Server::step_connections() {
  for (Slot& slot : slots_) {
    if (slot.connection) step(slot);
  }
}

void Server::step(Slot& slot) {
  Connection& connection = *slot.connection;
  const Instant now = clock_.now();
  const auto due = connection.deadline();
  if (polls_.ready(slot.place) || (due && *due <= now)) {
    const bool was_open = connection.is_open();
    connection.step(now);
    if (connection.is_open() && !was_open) limit_sessions(connection);
  }
  if (connection.finished()) release(slot);
}

void Server::release(Slot& slot) {
  slot.connection.reset();
  free_.push_back(&slot);
  accept_again_.reset();
}

/// PROTOCOL.md 14.1
void Server::limit_sessions(const Connection& newcomer) {
  Slot* slot = one_too_many(slots_, newcomer.guest(), [](const Slot& each) {
    return each.connection && each.connection->is_open() ? &each.connection->guest() : nullptr;
  });
  if (slot == nullptr) return;
  reporter_.verbose(too_many_sessions());
  slot->connection->close(clock_.now(), CloseReason::limit);
}

// The end.

void Server::begin_stop() {
  const Instant now = clock_.now();
  reporter_.verbose("Stopping: closing all sessions.");
  stop_by_ = now + Config::kCloseWait;
  listener_.reset();
  for (Slot& slot : slots_) {
    if (slot.connection) slot.connection->close(now, CloseReason::normal);
  }
}

bool Server::stopped() { return stop_by_ && (free_.size() == slots_.size() || clock_.now() >= *stop_by_); }

}  // namespace pawl::app
