// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/base/hex.hpp>
#include <pawl/host/base/text.hpp>
#include <pawl/host/server/save_sink.hpp>

namespace pawl::host {

SaveSink::SaveSink(SaveDirectory& directory, Bytes user) : directory_(directory), user_(user.begin(), user.end()) {}

FailureOr<Answer> SaveSink::take(Bytes fragment, bool last) {
  if (!file_) {
    auto made = directory_.make_file(bytes_of(user_));
    if (!made.ok()) return made.failure();
    file_.emplace(std::move(made.value()));
  }
  const auto written = file_->write(fragment);
  if (!written.ok()) {
    file_.reset();
    return written.failure();
  }
  if (!last) return Answer{};
  return finish();
}

FailureOr<Answer> SaveSink::finish() {
  Sha256::Digest digest{};
  PAWL_HOST_TRY(file_->finish(digest));
  const std::string text = "Server saved: " + file_->path().filename().native() + " " + std::to_string(file_->size()) +
                           " bytes sha256 " + hex(digest);
  file_.reset();
  return Answer{text, true};
}

std::optional<LeftOver> SaveSink::left_over() const {
  if (!file_) return std::nullopt;
  return LeftOver{file_->part(), file_->size()};
}

SinkFactory save_into(SaveDirectory& directory) {
  return [&directory](Bytes user) { return std::make_unique<SaveSink>(directory, user); };
}

}  // namespace pawl::host
