// SPDX-License-Identifier: Apache-2.0
#include "datagram_port.hpp"

#include <utility>

#include "exit_code.hpp"

namespace pawl::app {
namespace {

constexpr Duration kRetryPause = seconds(1);

AppError cannot_open(const LineName& name, std::error_code error) {
  const std::string what = "Cannot open the serial line " + name.text + ": " + error.message() + ". ";
  if (name.endpoint) {
    const bool silent = error == std::errc::timed_out;
    return {silent ? ExitCode::timeout : ExitCode::connection_lost, what + "Check what carries the line there."};
  }
  if (error == std::errc::device_or_resource_busy) {
    return {ExitCode::port_in_use, what + "Stop the program that uses it."};
  }
  if (error == std::errc::invalid_argument) {
    return {ExitCode::usage, what + "It has no such rate; 9600 and 115200 are usual ones."};
  }
  if (error == std::errc::permission_denied) {
    return {ExitCode::io, what + "On most systems the members of a group may, for example dialout."};
  }
  return {ExitCode::io, what + "Check that it is plugged in, and its name."};
}

}  // namespace

void UdpServerPort::report_listening(Reporter& reporter) const {
  const std::uint16_t port = socket_.port();
  reporter.event("listening", {{"port", port}}, "Listening on port " + std::to_string(port) + " (UDP)");
}

SerialLinePort::SerialLinePort(LineName name) : line_(std::move(name)), transport_(line_, clock_, receive_, send_) {
  const std::error_code error = line_.open();
  if (error) throw cannot_open(line_.name(), error);
}

void SerialLinePort::report_listening(Reporter& reporter) const {
  reporter.event("listening", {{"line", line_.name().text}}, "Listening on the serial line " + line_.name().text);
}

void SerialLinePort::tend(Instant now, Reporter& reporter) {
  if (just_lost()) {
    retry_at_ = now + kRetryPause;
    reporter.event("line", {{"line", line_.name().text}, {"lost", true}},
                   "The serial line " + line_.name().text + " is lost. Waiting for it to come back.");
  }
  if (!retry_at_ || now < *retry_at_) return;
  if (line_.open()) {
    retry_at_ = now + kRetryPause;
    return;
  }
  retry_at_.reset();
  reporter.event("line", {{"line", line_.name().text}, {"lost", false}},
                 "The serial line " + line_.name().text + " is back.");
}

void check_datagram_idle(std::uint16_t seconds) {
  if (seconds > 0) return;
  throw AppError(ExitCode::usage, "Over datagrams a peer that is gone is noticed by its silence alone. Give --idle " +
                                      std::to_string(kMinIdle) + " or more.");
}

void report_link(Reporter& reporter, const TransportCounters& transport, const LinkCounters& sessions) {
  const std::uint64_t dropped = transport.dropped + sessions.dropped;
  const std::uint64_t corrupt = transport.corrupt + sessions.corrupt;
  const std::uint64_t replayed = sessions.replayed;
  const std::uint64_t retransmitted = sessions.retransmitted;
  reporter.event("link",
                 {{"dropped", dropped},
                  {"corrupt", corrupt},
                  {"replayed", replayed},
                  {"retransmitted", retransmitted},
                  {"resynchronised", transport.resynchronised}},
                 "");
  reporter.verbose("Datagrams: " + std::to_string(dropped) + " dropped, " + std::to_string(corrupt) + " corrupt, " +
                   std::to_string(replayed) + " replayed, " + std::to_string(retransmitted) + " retransmitted; " +
                   std::to_string(transport.resynchronised) + " times resynchronised.");
}

}  // namespace pawl::app
