// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/err.h>

namespace pawl {

/// Takes off this thread's list of errors, at its end, what OpenSSL has put on it since this object was made. What the
/// program has there stays.
class ErrorMark {
 public:
  ErrorMark() { ERR_set_mark(); }
  ErrorMark(const ErrorMark&) = delete;
  ErrorMark& operator=(const ErrorMark&) = delete;
  ~ErrorMark() { ERR_pop_to_mark(); }
};

}  // namespace pawl
