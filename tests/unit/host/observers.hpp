// SPDX-License-Identifier: Apache-2.0
/// Observers that write down what they are told.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <pawl/host/client/observer.hpp>
#include <pawl/host/server/observer.hpp>

namespace pawl::host::test {

/// What happened at a server, a line each.
class ServerLog final : public ServerObserver {
 public:
  void listening(const ListenPoint& point) override { add("listening " + point.address + point.line); }
  void accepted(const PeerAddress& /*address*/) override { ++streams; }
  void refused(const PeerIdentity& peer, const Refusal& refusal) override {
    refusals.push_back(refusal);
    add("refused " + peer.user + " from " + peer.address.text);
  }
  void established(const PeerIdentity& peer) override {
    peers.push_back(peer);
    add("established " + peer.user);
  }
  void closed(const PeerIdentity& peer, const SessionEnd& end) override {
    ends.push_back(end);
    add("closed " + peer.user);
  }
  void too_many_sessions(const PeerIdentity& peer) override { add("too many sessions of " + peer.user); }
  void enrolment_gone(const PeerIdentity& peer) override { add("enrolment gone of " + peer.user); }
  void too_old(const PeerIdentity& peer) override { add("too old, of " + peer.user); }
  void answer_too_long(const PeerIdentity& peer) override { add("answer too long for " + peer.user); }
  void exposed(const std::filesystem::path& path) override { add("exposed " + path.native()); }
  void failed(const Failure& failure, const PeerIdentity* peer) override {
    failures.push_back(failure);
    add(peer != nullptr ? "failed for " + peer->user : "failed");
  }
  void line_garbles(const ListenPoint& point, std::uint64_t /*corrupt*/) override { add("garbled " + point.line); }
  void line_changed(const ListenPoint& point, LineChange change) override {
    changes.push_back(change);
    add("line " + point.line);
  }
  void link(const LinkReport& report) override { links.push_back(report); }
  void stopping() override { add("stopping"); }

  [[nodiscard]] std::size_t count(const std::string& line) const {
    return static_cast<std::size_t>(std::ranges::count(lines, line));
  }

  std::vector<std::string> lines;
  /// Of the sessions that were established.
  std::vector<PeerIdentity> peers;
  /// That were accepted.
  int streams = 0;
  std::vector<Refusal> refusals;
  std::vector<SessionEnd> ends;
  std::vector<Failure> failures;
  std::vector<LineChange> changes;
  std::vector<LinkReport> links;

 private:
  void add(std::string line) { lines.push_back(std::move(line)); }
};

class ClientLog final : public ClientObserver {
 public:
  void established(const ClientIdentity& /*identity*/) override { ++opened; }
  void sent(std::uint64_t message) override { last_sent = message; }
  void unanswered(std::uint64_t message) override { lost.push_back(message); }
  void closed(const Closed& closed, std::uint64_t /*sent*/, std::uint64_t /*answered*/) override {
    ends.push_back(closed);
  }
  void line_changed(const ListenPoint& /*point*/, LineChange change) override { changes.push_back(change); }
  void link(const LinkReport& report) override { links.push_back(report); }

  int opened = 0;
  std::optional<std::uint64_t> last_sent;
  std::vector<std::uint64_t> lost;
  std::vector<Closed> ends;
  std::vector<LineChange> changes;
  std::vector<LinkReport> links;
};

}  // namespace pawl::host::test
