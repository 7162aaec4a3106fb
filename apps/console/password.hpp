// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include <pawl/host/base/secret_buffer.hpp>

namespace pawl::app {

/// 1 to 1024 bytes. It comes from a terminal, a file or standard input, never from the command line or the environment,
/// where others see it.
using Password = host::SecretBuffer<struct PasswordTag, 1024>;

/// How often a prompt asks. It is twice where a slip of the finger would make a credential that nobody can use.
enum class Ask { once, twice };

/// Reads the password of `user` (only for the prompt), without its line end. If there is no `source`, the terminal is
/// asked, without echo. If it is "-", the password is the first line of standard input, and not a byte more of it is
/// read. Else it is the first line of that file. AppError(usage) for an empty or too long password, for two that
/// differ, for a missing terminal, and for standard input that is a terminal. AppError(io) for a file.
/// AppError(interrupted) if SIGINT (Ctrl-C), SIGTERM, SIGHUP or SIGQUIT comes at the prompt.
Password read_password(const std::optional<std::string>& source, const std::string& user, Ask ask);

}  // namespace pawl::app
