// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <utility>

#include <pawl/host/base/text.hpp>
#include <pawl/host/net/dialer.hpp>
#include <pawl/host/net/endpoint.hpp>
#include <pawl/host/net/plain_stream.hpp>
#include <pawl/host/server/forward.hpp>
#include <pawl/port/posix/resolve.hpp>

namespace pawl::host {
namespace {

Failure cannot_forward(const std::string& where, std::error_code error) {
  return {.kind = Failure::Kind::forward, .error = error, .detail = where};
}

}  // namespace

class Forward::Handler final : public SessionHandler, private PlainStream::User {
 public:
  /// Nobody listens to the client before there is a connection.
  Handler(Forward& forward, ServerSession& session)
      : forward_(forward),
        session_(session),
        dialer_(forward.loop_, forward.addresses_, [this](auto socket) { connected(std::move(socket)); }) {
    session_.listen(false);
  }

  FailureOr<> take(Bytes fragment, bool last) override {
    if (from_client_ended_) {
      return Failure{.kind = Failure::Kind::protocol, .detail = "A tunnel has one message each way"};
    }
    stream_->write(fragment);
    if (last) stream_->finish();
    from_client_ended_ = last;
    if (stream_->full()) session_.listen(false);
    return {};
  }
  void drained() override { stream_->listen(true); }
  void ended(const Closed& /*how*/) override {
    if (stream_ && !done()) stream_->reset();
  }

 private:
  void connected(PosixResult<Descriptor> socket) {
    if (!socket.ok()) return session_.fail(cannot_forward(forward_.where_, socket.error()));
    PlainStream::User& user = *this;
    stream_.emplace(forward_.loop_, user, std::move(socket.value()));
    session_.listen(true);
  }

  std::size_t received(Bytes bytes) override {
    session_.send(std::string(bytes.begin(), bytes.end()), false);
    if (session_.full()) stream_->listen(false);
    return bytes.size();
  }
  void input_ended() override {
    session_.send("", true);
    to_client_ended_ = true;
    close_when_done();
  }
  void output_drained() override {
    to_target_ended_ = from_client_ended_;
    session_.listen(true);
    close_when_done();
  }
  void broken(std::error_code error) override { session_.fail(cannot_forward(forward_.where_, error)); }

  [[nodiscard]] bool done() const { return to_target_ended_ && to_client_ended_; }
  void close_when_done() {
    if (done()) session_.close(CloseReason::normal);
  }

  Forward& forward_;
  ServerSession& session_;
  Dialer dialer_;
  /// None before it is connected.
  std::optional<PlainStream> stream_{};
  bool from_client_ended_ = false;
  /// All that the client sent has left.
  bool to_target_ended_ = false;
  bool to_client_ended_ = false;
};

FailureOr<std::unique_ptr<Gateway>> Forward::to(EventLoop& loop, const std::string& text) {
  const auto endpoint = parse_endpoint(text);
  if (!endpoint.ok()) return endpoint.failure();
  const std::string where = printable(bytes_of(text));
  auto addresses = resolve(endpoint.value().host, endpoint.value().port);
  if (!addresses.ok()) return cannot_forward(where, addresses.error());
  return std::unique_ptr<Gateway>(new Forward(loop, std::move(addresses.value()), where));
}

FailureOr<std::unique_ptr<SessionHandler>> Forward::open(ServerSession& session) {
  return std::unique_ptr<SessionHandler>(std::make_unique<Handler>(*this, session));
}

}  // namespace pawl::host
