// SPDX-License-Identifier: Apache-2.0
#include "server_report.hpp"

#include <pawl/host/base/names.hpp>
#include <pawl/host/base/text.hpp>

#include "failure_text.hpp"
#include "line_report.hpp"

namespace pawl::app {
namespace {

using host::bytes_of;
using host::printable;
using host::Refusal;
using host::Way;

std::string user_of(const host::PeerIdentity& peer) { return printable(bytes_of(peer.user)); }

/// "alice from 192.0.2.7:4711", or the address of one who has not said who it is.
std::string who(const host::PeerIdentity& peer) {
  return peer.user.empty() ? peer.address.text : user_of(peer) + " from " + peer.address.text;
}

std::string reason_of(const Refusal& refusal) {
  switch (refusal.reason) {
    case Refusal::Reason::no_free_session:
      return "no session is free";
    case Refusal::Reason::unfinished_handshakes:
      return "too many unfinished handshakes";
    case Refusal::Reason::made_room:
      return "it said nothing, and others came";
    case Refusal::Reason::own_trouble:
      return "its user could not be looked up";
    case Refusal::Reason::handshake:
      break;
  }
  return std::string(name(refusal.error));
}

/// What the operator may want to know besides.
std::string hint_of(const host::PeerIdentity& peer, const Refusal& refusal) {
  if (refusal.reason != Refusal::Reason::handshake) return "";
  if (refusal.enrolled_mode) {
    return " It asked for mode " + host::name(peer.mode) + ", and the user is enrolled in mode " +
           host::name(*refusal.enrolled_mode) + ".";
  }
  const bool went_away = refusal.error == Error::connection_lost || refusal.error == Error::timeout;
  if (refusal.proof_given && went_away && peer.kind == Kind::raw_key && peer.way != Way::nstp) {
    return " It went away after the server's proof: the key that it has may be another than the enrolled one.";
  }
  if (peer.way == Way::nstp && refusal.error == Error::unsupported) {
    return " It may speak version 2 of Pawl, which is served without --nstp.";
  }
  const bool foreign = refusal.error == Error::malformed && peer.user.empty();
  return foreign && peer.way == Way::tcp ? " It may speak NSTP, which is served with --nstp." : "";
}

std::string left_over_text(const host::LeftOver& left_over) {
  return " The " + std::to_string(left_over.bytes) + " bytes of it that came are in " + host::quoted(left_over.path) +
         ".";
}

std::string end_text(const host::PeerIdentity& peer, const host::SessionEnd& end) {
  const Closed& closed = end.closed;
  const std::string reason = closed.error == Error::none ? host::name(closed.reason) : std::string(name(closed.error));
  std::string text = who(peer) + " is gone: " + reason + ", after " + std::to_string(end.messages) + " messages, " +
                     std::to_string(end.bytes) + " bytes.";
  if (closed.incomplete) text += " The last message is not complete.";
  if (end.left_over) text += left_over_text(*end.left_over);
  if (end.dropped > 0) {
    text += " Dropped: " + std::to_string(end.dropped) + " that were repeated, altered, foreign or too long.";
  }
  return text;
}

}  // namespace

std::string exposed_text(const std::filesystem::path& path) {
  return host::quoted(path) +
         " holds secrets, but everybody on this machine may use it. Run: chmod o= " + host::quoted(path);
}

void ServerReport::listening(const host::ListenPoint& point) {
  const std::string text = "Listening on port " + std::to_string(point.port) + ": " + point.address;
  switch (point.way) {
    case Way::tcp:
      return reporter_.event("listening", {{"port", point.port}, {"address", point.address}}, text);
    case Way::udp:
      return reporter_.event("listening", {{"port", point.port}, {"address", point.address}}, text + " (UDP)");
    case Way::nstp:
      return reporter_.event("listening", {{"port", point.port}, {"address", point.address}, {"kind", "nstp"}},
                             text + " (NSTP)");
    case Way::serial:
      return reporter_.event("listening", {{"line", point.line}}, "Listening on the serial line " + point.line);
  }
}

void ServerReport::accepted(const PeerAddress& address) { reporter_.verbose("Connection from " + address.text + "."); }

void ServerReport::refused(const host::PeerIdentity& peer, const Refusal& refusal) {
  const std::string reason = reason_of(refusal);
  if (sums_up(reason)) return;
  const std::string wait = refusal.retry_after == 0 ? "" : ", to wait " + std::to_string(refusal.retry_after) + " s";
  reporter_.event("refused",
                  {{"user", user_of(peer)},
                   {"address", peer.address.text},
                   {"error", name(refusal.error)},
                   {"retry_after", refusal.retry_after}},
                  "Refused " + who(peer) + ": " + reason + wait + "." + hint_of(peer, refusal));
}

void ServerReport::established(const host::PeerIdentity& peer) {
  const std::string user = user_of(peer);
  const std::string from = user + " connected from " + peer.address.text;
  if (peer.way == Way::nstp) {
    return reporter_.event("established", {{"user", user}, {"kind", "nstp"}, {"address", peer.address.text}},
                           from + " (NSTP).");
  }
  const std::string kind = host::name(peer.kind);
  const std::string mode = host::name(peer.mode);
  reporter_.event("established", {{"user", user}, {"kind", kind}, {"mode", mode}, {"address", peer.address.text}},
                  from + " (" + kind + ", " + mode + ").");
}

void ServerReport::closed(const host::PeerIdentity& peer, const host::SessionEnd& end) {
  const std::string reason = host::name(end.closed.reason);
  reporter_.event("closed",
                  {{"user", user_of(peer)},
                   {"address", peer.address.text},
                   {"error", name(end.closed.error)},
                   {"reason", reason},
                   {"incomplete", end.closed.incomplete},
                   {"messages", end.messages},
                   {"bytes", end.bytes},
                   {"dropped", end.dropped}},
                  end_text(peer, end));
}

void ServerReport::too_many_sessions(const host::PeerIdentity& peer) {
  reporter_.verbose("Too many sessions of " + user_of(peer) + ": closing the one idle longest.");
}

void ServerReport::enrolment_gone(const host::PeerIdentity& peer) {
  const std::string user = user_of(peer);
  reporter_.event("enrolment_gone", {{"user", user}, {"address", peer.address.text}},
                  user + " was removed or enrolled anew: closing the session from " + peer.address.text + ".");
}

void ServerReport::too_old(const host::PeerIdentity& peer) {
  reporter_.verbose("The session of " + user_of(peer) + " is as old as one may be: closing it.");
}

void ServerReport::answer_too_long(const host::PeerIdentity& peer) {
  reporter_.verbose("An answer does not fit a datagram of " + user_of(peer) + "'s: not sent.");
}

void ServerReport::exposed(const std::filesystem::path& path) { reporter_.warn_once(exposed_text(path)); }

void ServerReport::failed(const host::Failure& failure, const host::PeerIdentity* peer) {
  std::string text = explain(failure).what();
  const bool open = failure.kind == host::Failure::Kind::file_write || failure.kind == host::Failure::Kind::file_make;
  if (peer != nullptr && open) text += " The session of " + user_of(*peer) + " is closed.";
  if (!sums_up(text)) reporter_.warn(text);
}

void ServerReport::line_changed(const host::ListenPoint& point, host::LineChange change) {
  report_line(reporter_, point, change);
}

void ServerReport::line_garbles(const host::ListenPoint& point, std::uint64_t corrupt) {
  reporter_.warn("Serial line " + point.line + ": " + garbled_text(corrupt));
}

void ServerReport::link(const host::LinkReport& report) { report_link(reporter_, report); }

void ServerReport::stopping() { reporter_.verbose("Stopping: closing all sessions."); }

// Strangers.

/// Whether what happened is only counted.
bool ServerReport::sums_up(const std::string& reason) {
  if (reporter_.is_verbose()) return false;
  if (strangers_++ == 0) watch_.wait_for(-1, host::Interest::none, loop_.clock().now() + kWindow);
  if (strangers_ <= kStrangers) return false;
  constexpr std::size_t kReasons = 16;
  const bool known = unsaid_.contains(reason) || unsaid_.size() < kReasons;
  ++unsaid_[known ? reason : "other reasons"];
  return true;
}

void ServerReport::on_ready(Instant /*now*/) { finish(); }

void ServerReport::finish() {
  watch_.drop();
  strangers_ = 0;
  for (const auto& [reason, count] : unsaid_) {
    reporter_.event("summary", {{"reason", reason}, {"count", count}},
                    "And " + std::to_string(count) + " more in " + std::to_string(kWindow.ms / 1000) + " s: " + reason +
                        (reason.ends_with('.') ? "" : "."));
  }
  unsaid_.clear();
}

}  // namespace pawl::app
