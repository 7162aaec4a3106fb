// SPDX-License-Identifier: Apache-2.0
#include "tests/support/vectors.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <stdexcept>

namespace pawl::test {
namespace {

Json load(const char* name) {
  const std::string path = std::string(PAWL_VECTORS_DIR "/") + name;
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  return Json::parse(file);
}

template <class Predicate>
std::vector<std::string> names_of(Predicate wanted) {
  std::vector<std::string> names;
  for (const char* group : {"handshakes", "variants"}) {
    for (const Json& handshake : vectors()[group]) {
      if (wanted(handshake)) names.push_back(handshake["name"]);
    }
  }
  return names;
}

bool on_a_stream(const Json& handshake) { return handshake["transport"] == "stream"; }

bool in_a_session(const Json& handshake) { return on_a_stream(handshake) && handshake.contains("steps"); }

}  // namespace

const Json& vectors() {
  static const Json file = load("pawl2.json");
  return file;
}

const Json& sp800_90_vectors() {
  static const Json file = load("sp800_90.json");
  return file;
}

const Json& handshake_vector(std::string_view name) {
  for (const char* group : {"handshakes", "variants"}) {
    for (const Json& handshake : vectors()[group]) {
      if (handshake["name"] == name) return handshake;
    }
  }
  throw std::runtime_error("no handshake is named " + std::string(name));
}

std::vector<std::string> all_handshakes() {
  return names_of([](const Json&) { return true; });
}

std::vector<std::string> stream_handshakes() { return names_of(on_a_stream); }

std::vector<std::string> session_vectors() { return names_of(in_a_session); }

std::string test_name(std::string_view name) {
  std::string text(name);
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return text;
}

Buffer bytes_in(const Json& object, const char* field) { return unhex(object.at(field).get<std::string>()); }

Account account_in(const Json& handshake) {
  const Json& in = handshake["in"];
  Account account;
  account.flow.kind = handshake["flow"] == "password" ? Kind::password : Kind::raw_key;
  account.flow.mode = handshake["mode"].get<Mode>();
  account.user = bytes_in(in, "user");
  account.secret = bytes_in(in, account.flow.kind == Kind::password ? "password" : "key");
  if (account.flow.kind == Kind::password) {
    copy(bytes_in(in, "salt"), account.salt);
    account.iterations = in["iterations"];
  }
  return account;
}

}  // namespace pawl::test
