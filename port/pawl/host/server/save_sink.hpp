// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/host/server/message_sink.hpp>
#include <pawl/host/store/save_directory.hpp>

namespace pawl::host {

/// Keeps each message as a file, and answers "Server saved: NAME SIZE bytes sha256 DIGEST". If the session ends before
/// the last fragment of a message is there, its file keeps its partial name.
class SaveSink final : public MessageSink {
 public:
  /// The directory outlives the sink.
  SaveSink(SaveDirectory& directory, Bytes user);

  FailureOr<Answer> take(Bytes fragment, bool last) override;
  [[nodiscard]] std::optional<LeftOver> left_over() const override;

 private:
  FailureOr<Answer> finish();

  SaveDirectory& directory_;
  std::string user_;
  std::optional<SaveDirectory::File> file_;
};

/// Makes SaveSinks. The directory outlives all of them.
SinkFactory save_into(SaveDirectory& directory);

}  // namespace pawl::host
