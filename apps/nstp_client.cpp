// SPDX-License-Identifier: Apache-2.0
#include "nstp_client.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "text.hpp"

namespace pawl::app {
namespace {

/// As in the published client.
constexpr Duration kPause = milliseconds(500);
constexpr std::string_view kAnswer = "Server received: ";

}  // namespace

NstpClient::NstpClient(const nstp::ClientSettings& settings, Descriptor socket, std::uint64_t count,
                       ReplyOutput& output, const StopSignal& stop_signal, Reporter& reporter)
    : settings_(settings),
      output_(output),
      stop_signal_(stop_signal),
      reporter_(reporter),
      source_(count),
      transport_(std::move(socket)),
      client_(settings, random_, receive_buffer_, send_buffer_),
      pump_(client_, transport_, input_) {}

NstpClient::Outcome NstpClient::run() {
  // If it fails, it is over, and the pump tells.
  static_cast<void>(client_.start(clock_.now()));
  for (;;) {
    try {
      converse();
    } catch (const AppError& failure) {
      give_up(failure);
    }
    if (pump_.finished() && (!output_.busy() || outcome_.failure)) return outcome_;
    wait();
  }
}

void NstpClient::converse() {
  if (StopSignal::came()) give_up({ExitCode::interrupted, "Interrupted. Messages may not have been answered."});
  output_.flush();
  receive();
  send();
  receive();
}

/// Who does not read holds up the connection, except for its end.
void NstpClient::receive() {
  while (!output_.busy() || outcome_.failure) {
    const nstp::Event event = pump_.run(clock_.now());
    if (!is_event(event)) return;
    std::visit([&](const auto& each) { on(each); }, event);
  }
}

void NstpClient::send() {
  if (!client_.is_open() || client_.awaits_response()) return;
  const Instant now = clock_.now();
  if (source_.ended()) return client_.close();
  const auto message = source_.next();
  if (!message || now < send_at_) return;
  sent_.assign(message->bytes.begin(), message->bytes.end());
  // It is open and no response is due, and the messages are short; what fails ends it.
  if (!client_.send(message->bytes, now).ok()) return client_.close();
  source_.taken(message->bytes.size());
  send_at_ = now + kPause;
}

void NstpClient::give_up(const AppError& failure) {
  if (!outcome_.failure) outcome_.failure = failure;
  client_.close();
}

void NstpClient::wait() {
  const bool held_up = output_.busy() && !outcome_.failure;
  const bool pauses = client_.is_open() && !client_.awaits_response();
  const int in = pump_.wants_read() && !held_up ? POLLIN : 0;
  const int out = pump_.wants_write() ? POLLOUT : 0;
  polls_.clear();
  polls_.add(stop_signal_.fd(), outcome_.failure ? 0 : POLLIN);
  polls_.add(transport_.fd(), in | out);
  polls_.add(STDOUT_FILENO, output_.busy() ? POLLOUT : 0);
  const auto deadline = held_up ? std::nullopt : pump_.deadline();
  polls_.wait(pauses && !held_up ? sooner(deadline, send_at_) : deadline, clock_.now());
}

// Events.

void NstpClient::on(const nstp::Established& /*event*/) {
  outcome_.established = true;
  const std::string user = printable(settings_.user);
  reporter_.event("established", {{"user", user}, {"kind", "nstp"}}, "");
  reporter_.verbose("Connected over NSTP: user " + user + ".");
}

/// A response says nothing of the message it belongs to but by repeating it (weakness W4 in SECURITY.md).
void NstpClient::on(const nstp::Message& event) {
  const std::string expected = std::string(kAnswer) + sent_;
  if (!std::ranges::equal(event.text, bytes_of(expected))) {
    throw AppError(ExitCode::tampered,
                   "The server's reply answers another message than the one sent: it was repeated or exchanged.");
  }
  output_.take(event.text, true);
  source_.answered();
}

void NstpClient::on(const nstp::Closed& event) {
  outcome_.error = event.error;
  reporter_.event("closed", {{"error", name(event.error)}}, "");
}

}  // namespace pawl::app
