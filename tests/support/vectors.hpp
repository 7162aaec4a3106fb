// SPDX-License-Identifier: Apache-2.0
/// The known-answer vectors of PROTOCOL.md 18, tests/vectors/pawl2.json, whose `wire_names` describe every field.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/enrolled.hpp"

namespace pawl::test {

using Json = nlohmann::json;

/// The whole file, read once.
const Json& vectors();
/// tests/vectors/sp800_90.json, which tests/interop/sp800_90_test.py makes and checks. Read once.
const Json& sp800_90_vectors();
/// The handshake or variant of this name.
const Json& handshake_vector(std::string_view name);
/// The names of all handshakes and variants, of those on a stream, and of those that a session of this build runs:
/// stream, no ticket.
std::vector<std::string> all_handshakes();
std::vector<std::string> stream_handshakes();
std::vector<std::string> session_vectors();
/// A handshake's name as GoogleTest allows it in the name of a test.
std::string test_name(std::string_view name);

/// The bytes of a field that is hex.
Buffer bytes_in(const Json& object, const char* field);
/// The account of a handshake's `in`, flow and mode.
Account account_in(const Json& handshake);

}  // namespace pawl::test
