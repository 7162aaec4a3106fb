// SPDX-License-Identifier: Apache-2.0
#include "nstp_server.hpp"

#include <utility>

#include "file_error.hpp"
#include "server.hpp"
#include "text.hpp"

namespace pawl::app {
namespace {

/// Those of the process itself.
constexpr std::size_t kOwnDescriptors = 32;

}  // namespace

NstpServer::NstpServer(const Options& options, Reporter& reporter)
    : reporter_(reporter),
      records_(options.records, device_salt_of(options.nstp)),
      settings_{options.idle},
      listener_(listen_on(options.listen)),
      context_{settings_, random_, records_, reporter, Admission(default_limits(crypto_backend()))},
      slots_(options.max_sessions) {
  std::error_code unreadable;  // then reading a record will fail, and say why
  if (!std::filesystem::exists(options.records, unreadable) && !unreadable) {
    throw AppError(ExitCode::io, "There is no directory " + quoted(options.records) +
                                     " with records. Enrol a user into it first: pawl enroll USER --nstp --records " +
                                     quoted(options.records));
  }
  for (Slot& slot : slots_) free_.push_back(&slot);
  if (!raise_descriptor_limit(options.max_sessions + kOwnDescriptors)) {
    reporter.warn("The limit of open files is too low for " + std::to_string(options.max_sessions) +
                  " sessions: beyond it, clients wait. Raise it (ulimit -n), or give fewer to --max-sessions.");
  }
  warn_of_nstp(reporter);
}

ExitCode NstpServer::run() {
  StopSignal::expect();
  reporter_.event("listening", {{"port", listener_.port()}, {"kind", "nstp"}},
                  "Listening on port " + std::to_string(listener_.port()) + " for NSTP");
  while (!StopSignal::came()) {
    wait();
    for (Slot& slot : slots_) {
      if (slot.connection) step(slot);
    }
    if (polls_.ready(listener_place_)) accept_some();
  }
  stop();
  reporter_.event("stopped", {}, "Stopped.");
  return ExitCode::ok;
}

void NstpServer::wait() {
  const Instant now = clock_.now();
  if (accept_again_ && *accept_again_ <= now) accept_again_.reset();
  polls_.clear();
  polls_.add(stop_signal_.fd(), POLLIN);
  listener_place_ = polls_.add(listener_.fd(), accept_again_ ? 0 : POLLIN);
  auto deadline = accept_again_;
  for (Slot& slot : slots_) {
    if (!slot.connection) continue;
    slot.place = polls_.add(slot.connection->fd(), slot.connection->wanted_events());
    deadline = sooner(deadline, slot.connection->deadline());
  }
  polls_.wait(deadline, now);
}

void NstpServer::accept_some() {
  for (int i = 0; i < kAcceptsPerRound; ++i) {
    auto accepted = listener_.accept();
    if (!accepted.ok()) {
      reporter_.warn("Cannot accept a connection: " + accepted.error().message() + ". It has to wait.");
      accept_again_ = clock_.now() + kAcceptPause;
      return;
    }
    if (!accepted.value()) return;
    take_in(std::move(*accepted.value()));
  }
}

/// Beyond the limits a connection is closed: this wire has no word for it.
void NstpServer::take_in(TcpConnection&& accepted) {
  auto place = free_.empty() ? nullptr : context_.admission.half_open().enter(accepted.peer.prefix);
  if (!place) {
    const std::string reason = free_.empty() ? "no session is free" : "too many unfinished handshakes";
    reporter_.event("refused", {{"address", accepted.peer.text}, {"error", "busy"}},
                    "Refused " + accepted.peer.text + ": " + reason + ".");
    return;
  }
  Slot& slot = *free_.back();
  slot.connection.emplace(context_, std::move(accepted), std::move(place), clock_.now());
  free_.pop_back();
}

void NstpServer::step(Slot& slot) {
  NstpConnection& connection = *slot.connection;
  const Instant now = clock_.now();
  const auto due = connection.deadline();
  if (polls_.ready(slot.place) || (due && *due <= now)) connection.step(now);
  if (!connection.finished()) return;
  slot.connection.reset();
  free_.push_back(&slot);
  accept_again_.reset();
}

void NstpServer::stop() {
  reporter_.verbose("Stopping: closing all connections.");
  for (Slot& slot : slots_) {
    if (slot.connection) slot.connection->close(clock_.now());
  }
}

}  // namespace pawl::app
