// SPDX-License-Identifier: Apache-2.0
#include "reply_output.hpp"

#include <unistd.h>

#include <pawl/host/base/hex.hpp>
#include <pawl/host/base/text.hpp>

namespace pawl::app {
namespace {

constexpr std::size_t kLongestEvent = 1U << 20U;

/// A failure unless there is no `error`.
host::FailureOr<> output_failure(const std::error_code& error) {
  if (!error) return {};
  return host::Failure{.kind = host::Failure::Kind::output, .error = error};
}

}  // namespace

TextOutput::TextOutput() : output_(STDOUT_FILENO) {}

host::FailureOr<> TextOutput::take(Bytes fragment, bool last) {
  std::string text(fragment.begin(), fragment.end());
  if (last) text += '\n';
  output_.write(text);
  return output_failure(output_.error());
}

void TextOutput::cut() { output_.write("\n"); }

host::FailureOr<> TextOutput::flush() {
  output_.flush();
  return output_failure(output_.error());
}

host::FailureOr<> JsonOutput::take(Bytes fragment, bool last) {
  message_.append(fragment.begin(), fragment.end());
  if (last || message_.size() >= kLongestEvent) report(last);
  return flush();
}

void JsonOutput::cut() { report(false); }

void JsonOutput::report(bool last) {
  if (host::is_utf8(host::bytes_of(message_))) {
    reporter_.event("message", {{"last", last}, {"text", message_}}, "");
  } else {
    const std::string digits = host::hex(host::bytes_of(message_));
    reporter_.event("message", {{"last", last}, {"hex", digits}}, "");
  }
  message_.clear();
}

host::FailureOr<> JsonOutput::flush() {
  reporter_.flush();
  return output_failure(reporter_.output_error());
}

std::unique_ptr<host::ReplySink> make_output(Reporter& reporter) {
  if (reporter.json()) return std::make_unique<JsonOutput>(reporter);
  return std::make_unique<TextOutput>();
}

}  // namespace pawl::app
