// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <pawl/base/bytes.hpp>
#include <pawl/host/base/failure.hpp>

namespace pawl::host {

/// Kind::user_name unless `user` is a name that can be enrolled. Such a name is 1 to 128 bytes of UTF-8 without control
/// characters. (On the wire a name is any bytes.)
FailureOr<> check_user_name(Bytes user);

/// `user`, which is any bytes, as a file name. All but A-Z a-z 0-9 _ - and a '.' inside become %XX. So different users
/// have different names, and none begins with a '.' or leads out of its directory.
std::string file_name_of(Bytes user);

/// The longest result of file_name_of() that can name a file, with a suffix, on the usual file systems.
inline constexpr std::size_t kMaxFileName = 240;

}  // namespace pawl::host
