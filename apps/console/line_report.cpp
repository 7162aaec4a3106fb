// SPDX-License-Identifier: Apache-2.0
#include "line_report.hpp"

namespace pawl::app {
namespace {

constexpr const char* kCheckLine =
    "Check that both ends have the same rate and 8 data bits, and that nothing on the way translates line ends or "
    "speaks Telnet.";

std::string words_of(host::LineChange change) {
  switch (change) {
    case host::LineChange::absent:
      return " is not there yet. Waiting for it.";
    case host::LineChange::found:
      return " is there.";
    case host::LineChange::lost:
      return " is lost. Waiting for it to come back.";
    case host::LineChange::back:
      return " is back.";
    case host::LineChange::none:
      break;
  }
  return " is as it was.";
}

}  // namespace

std::string garbled_text(std::uint64_t corrupt) {
  const std::string seen =
      corrupt == 0 ? "No packet came over the line. "
                   : "The line garbles what it carries: " + std::to_string(corrupt) + " packets came altered. ";
  return seen + kCheckLine;
}

void report_line(Reporter& reporter, const host::ListenPoint& point, host::LineChange change) {
  const bool lost = change == host::LineChange::lost || change == host::LineChange::absent;
  reporter.event("line", {{"line", point.line}, {"lost", lost}}, "The serial line " + point.line + words_of(change));
}

void report_link(Reporter& reporter, const host::LinkReport& report) {
  const std::uint64_t dropped = report.transport.dropped + report.sessions.dropped;
  const std::uint64_t corrupt = report.transport.corrupt + report.sessions.corrupt;
  const std::uint64_t replayed = report.sessions.replayed;
  const std::uint64_t retransmitted = report.sessions.retransmitted;
  reporter.event("link",
                 {{"dropped", dropped},
                  {"corrupt", corrupt},
                  {"replayed", replayed},
                  {"retransmitted", retransmitted},
                  {"resynchronised", report.transport.resynchronised}},
                 "");
  reporter.verbose("Datagrams: " + std::to_string(dropped) + " dropped, " + std::to_string(corrupt) + " corrupt, " +
                   std::to_string(replayed) + " replayed, " + std::to_string(retransmitted) + " retransmitted; " +
                   std::to_string(report.transport.resynchronised) + " times resynchronised.");
}

}  // namespace pawl::app
