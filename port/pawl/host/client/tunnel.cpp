// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include <pawl/host/base/text.hpp>
#include <pawl/host/client/client_session.hpp>
#include <pawl/host/client/stream_link.hpp>
#include <pawl/host/client/tunnel.hpp>
#include <pawl/host/net/dialer.hpp>
#include <pawl/host/net/plain_stream.hpp>

namespace pawl::host {
namespace {

/// How long none is accepted after the system could not accept one.
constexpr Duration kAcceptPause = seconds(1);

}  // namespace

// One connection.

class Tunnel::Connection final : private PlainStream::User, private ClientSession::User {
 public:
  Connection(Tunnel& tunnel, Descriptor socket)
      : tunnel_(tunnel), local_(tunnel.context_.loop, *this, std::move(socket)) {
    local_.listen(false);
    begin();
  }

  /// Ends it before its time.
  void cut() {
    from_local_ended_ = false;
    local_.reset();
    dialer_.reset();
    if (!session_) return end();
    session_->close();
  }
  [[nodiscard]] bool over() const { return over_; }

 private:
  void begin();
  void dialed(PosixResult<Descriptor> socket);
  void fail(const Failure& failure);
  void end() {
    over_ = true;
    tunnel_.wake();
  }
  [[nodiscard]] ClientIdentity identity() const;

  // The connection in clear.
  std::size_t received(Bytes bytes) override {
    session_->send(std::string(bytes.begin(), bytes.end()), false);
    if (session_->full()) local_.listen(false);
    return bytes.size();
  }
  void input_ended() override {
    from_local_ended_ = true;
    session_->send("", true);
  }
  void output_drained() override {
    all_delivered_ = from_server_ended_;
    if (session_) return session_->listen(true);
    if (all_delivered_) end();
  }
  void broken(std::error_code /*error*/) override {
    if (session_) return session_->close();
    end();
  }

  // The session.
  FailureOr<const ClientCredential*> derive(const DerivationWanted& wanted) override {
    return tunnel_.context_.login.derive(wanted);
  }
  void opened() override {
    opened_ = true;
    tunnel_.proved_ = true;
    tunnel_.wake();
    local_.listen(true);
  }
  void take(Bytes fragment, bool last) override;
  void drained() override { local_.listen(true); }
  void keep(const TicketReceived& ticket) override { settings_->keep(ticket); }
  void ended(Closed how) override;

  Tunnel& tunnel_;
  PlainStream local_;
  std::optional<Dialer> dialer_{};
  std::optional<SessionSettings> settings_{};
  std::optional<ClientSession> session_{};
  bool opened_ = false;
  bool from_local_ended_ = false;
  bool from_server_ended_ = false;
  /// All that the server sent has left.
  bool all_delivered_ = false;
  bool over_ = false;
};

void Tunnel::Connection::begin() {
  auto addresses = tunnel_.addresses();
  if (!addresses.ok()) return dialed(addresses.error());
  dialer_.emplace(tunnel_.context_.loop, std::move(addresses.value()),
                  [this](PosixResult<Descriptor> socket) { dialed(std::move(socket)); });
}

void Tunnel::Connection::dialed(PosixResult<Descriptor> socket) {
  if (!socket.ok()) {
    tunnel_.addresses_.clear();
    return fail({.kind = Failure::Kind::connect,
                 .error = socket.error(),
                 .detail = printable(bytes_of(tunnel_.server_.host)) + ":" + std::to_string(tunnel_.server_.port)});
  }
  const TunnelContext& context = tunnel_.context_;
  settings_.emplace(context.login.credential(), tunnel_.idle_, tunnel_.next_ticket_);
  ClientSession::User& user = *this;
  session_.emplace(context.loop, context.observer, user, identity(),
                   std::make_unique<StreamLink>(settings_->settings(), context.random,
                                                std::make_unique<TcpStream>(std::move(socket.value()))));
}

ClientIdentity Tunnel::Connection::identity() const {
  const ClientCredential& credential = tunnel_.context_.login.credential();
  ClientIdentity identity{.user = std::string(credential.user.begin(), credential.user.end()),
                          .kind = credential.kind,
                          .mode = credential.mode};
  if (settings_->has_ticket()) identity.kind = Kind::ticket;
  return identity;
}

void Tunnel::Connection::take(Bytes fragment, bool last) {
  // A tunnel has one message each way.
  if (from_server_ended_) return cut();
  local_.write(fragment);
  from_server_ended_ = last;
  if (last) local_.finish();
  if (local_.full()) session_->listen(false);
}

void Tunnel::Connection::ended(Closed how) {
  session_.reset();
  const bool without_ticket = settings_->ended(how.error);
  // The server may not have waited for the derivation, which is done now.
  const bool again = without_ticket || how.error == Error::derivation_slow;
  settings_.reset();
  if (again && !tunnel_.stopping_) return begin();
  if (how.error == Error::none && from_server_ended_ && from_local_ended_) {
    // What is left to be written is written.
    local_.listen(false);
    if (all_delivered_) end();
    return;
  }
  if (!opened_ && how.error == Error::authentication_failed) tunnel_.refused_ = true;
  fail({.kind = Failure::Kind::session, .core = how.error});
}

void Tunnel::Connection::fail(const Failure& failure) {
  local_.reset();
  if (!tunnel_.stopping_) tunnel_.context_.failed(failure);
  end();
}

// Where connections come in.

class Tunnel::Door final : private EventLoop::Handler {
 public:
  Door(Tunnel& tunnel, TcpListener listener)
      : tunnel_(tunnel), listener_(std::move(listener)), watch_(tunnel.context_.loop, *this) {}

  void watch(bool open) { watch_.wait_for(listener_.fd(), when(open, Interest::read), std::nullopt); }

 private:
  void on_ready(Instant /*now*/) override { tunnel_.accept(listener_); }

  Tunnel& tunnel_;
  TcpListener listener_;
  EventLoop::Watch watch_;
};

Tunnel::Tunnel(const TunnelContext& context, std::vector<TcpListener> listeners, Endpoint server, std::uint16_t idle)
    : context_(context), server_(std::move(server)), idle_(idle), watch_(context.loop, *this) {
  for (TcpListener& each : listeners) doors_.push_back(std::make_unique<Door>(*this, std::move(each)));
  watch_doors();
}

Tunnel::~Tunnel() = default;

bool Tunnel::accepts() const {
  const bool may_derive = !proved_ && !connections_.empty();
  return !stopping_ && !paused_ && !may_derive && connections_.size() < kMost;
}

void Tunnel::watch_doors() {
  for (const auto& each : doors_) each->watch(accepts());
}

void Tunnel::accept(TcpListener& listener) {
  if (!accepts()) return;
  auto accepted = listener.accept();
  if (!accepted.ok()) {
    context_.failed({.kind = Failure::Kind::accept, .error = accepted.error()});
    paused_ = true;
    watch_.wait_for(-1, Interest::none, context_.loop.now() + kAcceptPause);
    return watch_doors();
  }
  if (!accepted.value()) return;
  connections_.push_back(std::make_unique<Connection>(*this, std::move(accepted.value()->socket)));
  watch_doors();
}

PosixResult<std::vector<Address>> Tunnel::addresses() {
  if (!addresses_.empty()) return addresses_;
  auto resolved = resolve(server_.host, server_.port);
  if (resolved.ok()) addresses_ = resolved.value();
  return resolved;
}

void Tunnel::on_ready(Instant /*now*/) {
  watch_.drop();
  paused_ = false;
  std::erase_if(connections_, [](const auto& each) { return each->over(); });
  if (refused_ && !stopping_) stop();
  watch_doors();
}

void Tunnel::stop() {
  stopping_ = true;
  for (const auto& each : connections_) each->cut();
  wake();
}

}  // namespace pawl::host
