// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/bytes.hpp>
#include <pawl/base/result.hpp>

namespace pawl {

/// A byte stream to one peer, in order and without loss of its own: TCP, a pipe. Never blocks.
class Transport {
 public:
  /// Reads into the front of `buffer`, which is not empty; returns how much, 0 if there is nothing now.
  /// Error::connection_lost once the stream has ended or failed and all that came before was read; which of the two
  /// makes no difference to Pawl (PROTOCOL.md 11.2).
  virtual Result<std::size_t> read(MutBytes buffer) = 0;
  /// Writes the front of `bytes`; returns how much, 0 if there is no room now. Error::connection_lost if nothing can be
  /// written any more; reading may still give what came before.
  virtual Result<std::size_t> write(Bytes bytes) = 0;
  /// Nothing more will be written: delivers what was, then tells the peer that the stream ends. Reading goes on.
  virtual void shutdown() = 0;
  /// Ends both directions at once. Further calls do nothing and give Error::connection_lost.
  virtual void close() = 0;

 protected:
  ~Transport() = default;
};

}  // namespace pawl
