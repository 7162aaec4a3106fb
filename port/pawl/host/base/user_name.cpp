// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/base/user_name.hpp>

#include <pawl/host/base/text.hpp>
#include <pawl/wire/parameters.hpp>

namespace pawl::host {
namespace {

bool is_letter_or_digit(std::uint8_t byte) {
  return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9');
}

}  // namespace

FailureOr<> check_user_name(Bytes user) {
  if (user.empty() || user.size() > kMaxUser) {
    return Failure{.kind = Failure::Kind::user_name,
                   .detail = "A user name has 1 to 128 bytes; this one has " + std::to_string(user.size()) + "."};
  }
  if (!is_plain_text(user)) {
    return Failure{
        .kind = Failure::Kind::user_name,
        .detail = "The user name \"" + printable(user) + "\" is not plain text. Use UTF-8 without control characters."};
  }
  return {};
}

std::string file_name_of(Bytes user) {
  std::string name;
  for (std::size_t i = 0; i < user.size(); ++i) {
    const std::uint8_t byte = user[i];
    const bool inner_dot = byte == '.' && i > 0 && i + 1 < user.size();
    if (is_letter_or_digit(byte) || byte == '_' || byte == '-' || inner_dot) {
      name += static_cast<char>(byte);
    } else {
      name += '%' + upper_hex(byte);
    }
  }
  return name;
}

}  // namespace pawl::host
