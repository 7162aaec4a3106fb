// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include <pawl/host/server/echo.hpp>

namespace pawl::host {
namespace {

class EchoHandler final : public SessionHandler {
 public:
  explicit EchoHandler(ServerSession& session) : session_(session) {}

  FailureOr<> take(Bytes fragment, bool last) override {
    std::string answer = begun_ ? "" : "Server received: ";
    answer.append(fragment.begin(), fragment.end());
    begun_ = !last;
    session_.send(std::move(answer), last);
    // A client that does not read its answers is not listened to.
    if (session_.full()) session_.listen(false);
    return {};
  }
  void drained() override { session_.listen(true); }

 private:
  ServerSession& session_;
  bool begun_ = false;
};

}  // namespace

FailureOr<std::unique_ptr<SessionHandler>> Echo::open(ServerSession& session) {
  return std::unique_ptr<SessionHandler>(std::make_unique<EchoHandler>(session));
}

}  // namespace pawl::host
