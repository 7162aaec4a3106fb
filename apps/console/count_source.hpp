// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <pawl/host/client/message_source.hpp>
#include <string>

namespace pawl::app {

/// "Hello server! Message #0" and so on, each after the answer to the one before.
class CountSource final : public host::MessageSource {
 public:
  explicit CountSource(std::uint64_t count);

  [[nodiscard]] std::optional<host::Fragment> next() const override;
  void taken(std::size_t n) override;
  [[nodiscard]] bool ended() const override { return number_ == count_; }
  host::FailureOr<> answered() override {
    awaiting_answer_ = false;
    return {};
  }

 private:
  [[nodiscard]] std::string text() const { return "Hello server! Message #" + std::to_string(number_); }

  std::uint64_t count_;
  std::uint64_t number_ = 0;
  std::string message_;
  std::size_t taken_ = 0;
  bool awaiting_answer_ = false;
};

}  // namespace pawl::app
