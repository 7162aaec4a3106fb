// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/bytes.hpp>
#include <pawl/host/base/failure.hpp>

namespace pawl::host {

/// Where a client's replies go, without ever holding up its session.
class ReplySink {
 public:
  ReplySink() = default;
  ReplySink(const ReplySink&) = delete;
  ReplySink& operator=(const ReplySink&) = delete;
  virtual ~ReplySink() = default;

  /// Takes the next fragment of a reply, which `last` ends. It is not called while busy(). Fails as flush() does.
  virtual FailureOr<> take(Bytes fragment, bool last) = 0;
  /// The reply that was begun will not be ended.
  virtual void cut() = 0;
  /// Passes on what can be passed on now. Kind::output if the output is closed or full. Then the rest is dropped, and
  /// so is all that comes.
  virtual FailureOr<> flush() = 0;
  /// Whether to wait until fd() is writable, and to call flush() then, before the next take().
  [[nodiscard]] virtual bool busy() const = 0;
  [[nodiscard]] virtual int fd() const = 0;
};

}  // namespace pawl::host
