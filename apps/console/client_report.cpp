// SPDX-License-Identifier: Apache-2.0
#include "client_report.hpp"

#include <pawl/host/base/names.hpp>
#include <pawl/host/base/text.hpp>

#include "exit_code.hpp"
#include "line_report.hpp"

namespace pawl::app {

void ClientReport::established(const host::ClientIdentity& identity) {
  const std::string user = host::printable(host::bytes_of(identity.user));
  if (identity.way == host::Way::nstp) {
    reporter_.event("established", {{"user", user}, {"kind", "nstp"}}, "");
    return reporter_.verbose("Connected over NSTP: user " + user + ".");
  }
  const std::string kind = host::name(identity.kind);
  const std::string mode = host::name(identity.mode);
  reporter_.event("established", {{"user", user}, {"kind", kind}, {"mode", mode}}, "");
  const std::string how = identity.kind == Kind::ticket ? ", by ticket." : ".";
  reporter_.verbose("The session is open: user " + user + ", " + mode + how);
}

void ClientReport::sent(std::uint64_t message) { reporter_.event("sent", {{"message", message}}, ""); }

void ClientReport::unanswered(std::uint64_t message) {
  reporter_.event("unanswered", {{"message", message}},
                  "No reply to message " + std::to_string(message) + ": it, or the reply, was lost.");
}

void ClientReport::closed(const Closed& closed, std::uint64_t sent, std::uint64_t answered) {
  const std::string reason = host::name(closed.reason);
  reporter_.event("closed",
                  {{"error", name(closed.error)},
                   {"reason", reason},
                   {"incomplete", closed.incomplete},
                   {"sent", sent},
                   {"answered", answered}},
                  "");
}

void ClientReport::line_changed(const host::ListenPoint& point, host::LineChange change) {
  report_line(reporter_, point, change);
}

void ClientReport::link(const host::LinkReport& report) { report_link(reporter_, report); }

}  // namespace pawl::app
