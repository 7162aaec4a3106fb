// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <pawl/host/client/message_source.hpp>
#include <pawl/port/posix/descriptor.hpp>
#include <string>

#include "input.hpp"
#include "progress.hpp"

namespace pawl::app {

/// The whole content of a file is one message.
class FileSource final : public host::MessageSource {
 public:
  /// Opens the file. The reporter outlives this object. AppError(io).
  FileSource(const std::string& path, Reporter& reporter);

  /// The present size of the file. It is 0 for what is no file, a pipe for example.
  [[nodiscard]] std::uint64_t size() const;

  [[nodiscard]] std::optional<host::Fragment> next() const override;
  void taken(std::size_t n) override;
  [[nodiscard]] bool ended() const override { return sent_; }
  [[nodiscard]] int wants_input() const override { return sent_ ? -1 : input_.wants_input(); }
  host::FailureOr<> read() override { return input_.read(); }

 private:
  Reporter& reporter_;
  Descriptor file_;
  Input input_;
  /// It is there from the first fragment on, so that it shows the rate of the sending alone.
  std::optional<ProgressBar> bar_;
  std::uint64_t taken_ = 0;
  bool sent_ = false;
};

}  // namespace pawl::app
