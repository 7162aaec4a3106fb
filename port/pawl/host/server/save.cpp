// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include <pawl/host/base/hex.hpp>
#include <pawl/host/base/text.hpp>
#include <pawl/host/server/observer.hpp>
#include <pawl/host/server/save.hpp>

namespace pawl::host {
namespace {

class SaveHandler final : public SessionHandler {
 public:
  SaveHandler(SaveDirectory& directory, ServerSession& session) : directory_(directory), session_(session) {}

  FailureOr<> take(Bytes fragment, bool last) override;
  void drained() override { session_.listen(true); }
  [[nodiscard]] std::optional<LeftOver> left_over() const override {
    return file_ ? std::optional(LeftOver{file_->part(), file_->size()}) : std::nullopt;
  }

 private:
  FailureOr<> finish();

  SaveDirectory& directory_;
  ServerSession& session_;
  std::optional<SaveDirectory::File> file_{};
};

FailureOr<> SaveHandler::take(Bytes fragment, bool last) {
  if (!file_) {
    auto made = directory_.make_file(bytes_of(session_.identity().user));
    if (!made.ok()) return made.failure();
    file_.emplace(std::move(made.value()));
  }
  const auto written = file_->write(fragment);
  if (!written.ok()) {
    file_.reset();
    return written.failure();
  }
  return last ? finish() : FailureOr<>();
}

FailureOr<> SaveHandler::finish() {
  Sha256::Digest digest{};
  PAWL_HOST_TRY(file_->finish(digest));
  session_.send("Server saved: " + file_->path().filename().native() + " " + std::to_string(file_->size()) +
                    " bytes sha256 " + hex(digest),
                true);
  if (session_.full()) session_.listen(false);
  file_.reset();
  return {};
}

}  // namespace

FailureOr<std::unique_ptr<SessionHandler>> Save::open(ServerSession& session) {
  return std::unique_ptr<SessionHandler>(std::make_unique<SaveHandler>(directory_, session));
}

}  // namespace pawl::host
