// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <pawl/host/server/observer.hpp>
#include <string>

#include "reporter.hpp"

namespace pawl::app {

/// What happens at a server, in the words of the console. Of strangers, whom anybody can send by the thousand, only the
/// first in each stretch of time have a line of their own. The others are counted, and summed up at its end. With
/// --verbose each has its line.
class ServerReport final : public host::ServerObserver, private host::EventLoop::Handler {
 public:
  /// Lines about strangers in kWindow.
  static constexpr std::uint64_t kStrangers = 20;
  static constexpr Duration kWindow = seconds(10);

  /// Both outlive it.
  ServerReport(Reporter& reporter, host::EventLoop& loop) : reporter_(reporter), loop_(loop), watch_(loop, *this) {}

  void listening(const host::ListenPoint& point) override;
  void accepted(const PeerAddress& address) override;
  void refused(const host::PeerIdentity& peer, const host::Refusal& refusal) override;
  void established(const host::PeerIdentity& peer) override;
  void closed(const host::PeerIdentity& peer, const host::SessionEnd& end) override;
  void too_many_sessions(const host::PeerIdentity& peer) override;
  void enrolment_gone(const host::PeerIdentity& peer) override;
  void too_old(const host::PeerIdentity& peer) override;
  void answer_too_long(const host::PeerIdentity& peer) override;
  void exposed(const std::filesystem::path& path) override;
  void failed(const host::Failure& failure, const host::PeerIdentity* peer) override;
  void line_changed(const host::ListenPoint& point, host::LineChange change) override;
  void line_garbles(const host::ListenPoint& point, std::uint64_t corrupt) override;
  void link(const host::LinkReport& report) override;
  void stopping() override;

  /// Sums up what is not said yet.
  void finish();

 private:
  void on_ready(Instant now) override;
  bool sums_up(const std::string& reason);

  Reporter& reporter_;
  host::EventLoop& loop_;
  host::EventLoop::Watch watch_;
  /// The strangers in the present stretch of time.
  std::uint64_t strangers_ = 0;
  /// Those without a line of their own, by the reason.
  std::map<std::string, std::uint64_t> unsaid_;
};

/// "'PATH' holds secrets, but everybody on this machine may use it. Run: chmod o= 'PATH'"
std::string exposed_text(const std::filesystem::path& path);

}  // namespace pawl::app
