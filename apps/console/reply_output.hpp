// SPDX-License-Identifier: Apache-2.0
/// Where the client's replies go, which is standard output, without ever holding up the session.
#pragma once

#include <memory>
#include <pawl/host/client/reply_sink.hpp>
#include <string>

#include "reporter.hpp"

namespace pawl::app {

/// Each reply as it came, and a line end.
class TextOutput final : public host::ReplySink {
 public:
  TextOutput();

  host::FailureOr<> take(Bytes fragment, bool last) override;
  void cut() override;
  host::FailureOr<> flush() override;
  [[nodiscard]] bool busy() const override { return output_.pending(); }
  [[nodiscard]] int fd() const override { return output_.fd(); }

 private:
  OutputStream output_;
};

/// Each reply as an event "message", with the field "text", or "hex" if it is not UTF-8. A reply of over a mebibyte is
/// several events, all but the last of them with "last": false.
class JsonOutput final : public host::ReplySink {
 public:
  /// The reporter outlives it.
  explicit JsonOutput(Reporter& reporter) : reporter_(reporter) {}

  host::FailureOr<> take(Bytes fragment, bool last) override;
  void cut() override;
  host::FailureOr<> flush() override;
  [[nodiscard]] bool busy() const override { return reporter_.events_wait(); }
  [[nodiscard]] int fd() const override { return reporter_.output_fd(); }

 private:
  void report(bool last);

  Reporter& reporter_;
  std::string message_;
};

/// The one or the other.
std::unique_ptr<host::ReplySink> make_output(Reporter& reporter);

}  // namespace pawl::app
