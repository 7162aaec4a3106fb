// SPDX-License-Identifier: Apache-2.0
#include <pawl/ticket/ticket.hpp>

namespace pawl {

Status Ticket::set_user(Bytes user) {
  if (user.empty() || user.size() > user_.size()) return Error::invalid_argument;
  copy(user, user_);
  user_size_ = static_cast<std::uint8_t>(user.size());
  return Error::none;
}

}  // namespace pawl
