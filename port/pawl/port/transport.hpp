// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/bytes.hpp>
#include <pawl/base/result.hpp>

namespace pawl {

/// A byte stream to one peer, in order and without loss of its own, such as TCP or a pipe. It never blocks.
class Transport {
 public:
  /// Reads into the front of `buffer`, which is not empty. Returns how much, which is 0 if there is nothing now.
  /// Error::connection_lost once the stream has ended or failed and all that came before was read. Which of the two it
  /// was makes no difference to Pawl (PROTOCOL.md 11.2).
  virtual Result<std::size_t> read(MutBytes buffer) = 0;
  /// Writes the front of `bytes`. Returns how much, which is 0 if there is no room now. Error::connection_lost if
  /// nothing can be written any more. Reading may still give what came before.
  virtual Result<std::size_t> write(Bytes bytes) = 0;
  /// Nothing more will be written. Delivers what was, then tells the peer that the stream ends. Reading goes on.
  virtual void shutdown() = 0;
  /// Ends both directions at once. Further calls do nothing and give Error::connection_lost.
  virtual void close() = 0;

 protected:
  ~Transport() = default;
};

}  // namespace pawl
