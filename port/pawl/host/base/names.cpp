// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/base/names.hpp>

namespace pawl::host {

std::string name(Kind kind) {
  switch (kind) {
    case Kind::password:
      return "password";
    case Kind::raw_key:
      return "raw_key";
    case Kind::ticket:
      return "ticket";
  }
  return "unknown";
}

std::string name(Mode mode) {
  switch (mode) {
    case Mode::psk:
      return "psk";
    case Mode::psk_ecdhe:
      return "psk_ecdhe";
    case Mode::pake:
      return "pake";
  }
  return "unknown";
}

Mode mode_of(std::string_view name) {
  if (name == "psk") return Mode::psk;
  return name == "pake" ? Mode::pake : Mode::psk_ecdhe;
}

std::string name(CloseReason reason) {
  switch (reason) {
    case CloseReason::normal:
      return "normal";
    case CloseReason::idle:
      return "idle";
    case CloseReason::protocol:
      return "protocol";
    case CloseReason::limit:
      return "limit";
    case CloseReason::expired:
      return "expired";
  }
  return "unknown";
}

}  // namespace pawl::host
