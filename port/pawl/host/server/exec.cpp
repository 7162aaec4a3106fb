// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/socket.h>

#include <array>
#include <csignal>
#include <optional>
#include <utility>

#include <pawl/host/base/text.hpp>
#include <pawl/host/net/plain_stream.hpp>
#include <pawl/host/server/child_process.hpp>
#include <pawl/host/server/exec.hpp>

namespace pawl::host {
namespace {

/// The ends of a connection between this process, which does not wait for it, and another.
struct SocketPair {
  Descriptor own;
  Descriptor other;
};

PosixResult<SocketPair> make_socket_pair() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return last_error();
  SocketPair pair{Descriptor(ends[0]), Descriptor(ends[1])};
  if (::fcntl(pair.own.get(), F_SETFL, O_NONBLOCK) != 0) return last_error();
  return pair;
}

}  // namespace

// A command that runs.

class Exec::Run final : private PlainStream::User, private EventLoop::Handler {
 public:
  Run(Exec& exec, ServerSession& session, ChildProcess process, Descriptor socket)
      : exec_(exec),
        session_(&session),
        peer_(session.identity()),
        framing_(exec.framing_),
        process_(std::move(process)),
        stream_(exec.loop_, *this, std::move(socket)),
        watch_(exec.loop_, *this) {
    wait(std::nullopt);
  }

  FailureOr<> take(Bytes fragment, bool last) {
    const auto bytes = framing_.to_command(fragment, last);
    if (!bytes.ok()) return bytes.failure();
    stream_.write(bytes_of(bytes.value()));
    if (stream_.full()) session_->listen(false);
    return {};
  }
  /// The session takes more.
  void go_on() { stream_.listen(true); }
  /// The session is over. The command is given what came before, and then the end of its input.
  void end_input() {
    session_ = nullptr;
    stream_.finish();
    stream_.listen(true);
    wait(exec_.loop_.clock().now() + kPatience);
  }
  [[nodiscard]] bool over() const { return over_; }

 private:
  std::size_t received(Bytes bytes) override {
    if (session_ == nullptr) return bytes.size();
    const std::size_t used = framing_.from_command(bytes, *session_);
    if (session_->full()) stream_.listen(false);
    return used;
  }
  void input_ended() override {
    if (session_ == nullptr) return;
    if (framing_.end_of_output(*session_)) return session_->close(CloseReason::normal);
    session_->fail({.kind = Failure::Kind::command_ended, .detail = name() + " ended within a message"});
  }
  void output_drained() override {
    if (session_ != nullptr) session_->listen(true);
  }
  /// All that the command had to say was received.
  void broken(std::error_code /*error*/) override {
    if (session_ != nullptr) session_->close(CloseReason::normal);
  }

  void on_ready(Instant now) override;
  void report(const ChildProcess::End& end);
  void wait(std::optional<Instant> until) {
    until_ = until;
    watch_.wait_for(process_.fd(), Interest::read, until);
  }
  [[nodiscard]] std::string name() const { return printable(bytes_of(exec_.words_[0])); }

  Exec& exec_;
  /// Null once it is over.
  ServerSession* session_;
  PeerIdentity peer_;
  CommandFraming framing_;
  ChildProcess process_;
  PlainStream stream_;
  /// The process has ended.
  bool over_ = false;
  /// A signal was sent to it.
  bool told_ = false;
  /// When it is told to end.
  std::optional<Instant> until_{};
  EventLoop::Watch watch_;
};

void Exec::Run::on_ready(Instant now) {
  if (const auto end = process_.end()) {
    over_ = true;
    watch_.drop();
    if (!told_) report(*end);
    if (session_ == nullptr) std::erase_if(exec_.left_, [this](const auto& each) { return each.get() == this; });
    return;
  }
  if (!until_ || now < *until_) return;
  process_.signal(told_ ? SIGKILL : SIGTERM);
  told_ = true;
  wait(now + kPatience);
}

void Exec::Run::report(const ChildProcess::End& end) {
  if (end.well()) return;
  const std::string how = (end.by_signal ? " ended by signal " : " ended with status ") + std::to_string(end.status);
  exec_.observer_.failed({.kind = Failure::Kind::command_ended, .detail = name() + how}, &peer_);
}

// A session.

class Exec::Handler final : public SessionHandler {
 public:
  Handler(Exec& exec, std::unique_ptr<Run> run) : exec_(exec), run_(std::move(run)) {}

  FailureOr<> take(Bytes fragment, bool last) override { return run_->take(fragment, last); }
  void drained() override { run_->go_on(); }
  void ended(const Closed& /*how*/) override { exec_.leave(std::move(run_)); }

 private:
  Exec& exec_;
  std::unique_ptr<Run> run_;
};

Exec::Exec(EventLoop& loop, ServerObserver& observer, std::vector<std::string> words, Framing framing)
    : loop_(loop), observer_(observer), words_(std::move(words)), framing_(framing) {}

Exec::~Exec() = default;

FailureOr<std::unique_ptr<SessionHandler>> Exec::open(ServerSession& session) {
  const auto failed = [this](std::error_code error) {
    return Failure{.kind = Failure::Kind::command, .error = error, .detail = printable(bytes_of(words_[0]))};
  };
  auto sockets = make_socket_pair();
  if (!sockets.ok()) return failed(sockets.error());
  const PeerIdentity& peer = session.identity();
  auto process = ChildProcess::start(
      {words_, {{"PAWL_USER", printable(bytes_of(peer.user))}, {"PAWL_ADDRESS", peer.address.text}}},
      sockets.value().other);
  if (!process.ok()) return failed(process.error());
  auto run = std::make_unique<Run>(*this, session, std::move(process.value()), std::move(sockets.value().own));
  return std::unique_ptr<SessionHandler>(std::make_unique<Handler>(*this, std::move(run)));
}

void Exec::leave(std::unique_ptr<Run> run) {
  if (run->over()) return;
  if (left_.size() >= kMostLeft) left_.pop_front();
  run->end_input();
  left_.push_back(std::move(run));
}

}  // namespace pawl::host
