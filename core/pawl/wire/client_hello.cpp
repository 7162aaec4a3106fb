// SPDX-License-Identifier: Apache-2.0
#include <pawl/wire/client_hello.hpp>
#include <pawl/wire/reader.hpp>

namespace pawl {
namespace {

constexpr std::size_t kFixedSize = 23;
constexpr std::uint8_t kTicket = 1U << 0;
constexpr std::uint8_t kDatagram = 1U << 1;
constexpr std::uint8_t kRawKey = 1U << 2;

/// T and K exclude each other. All but them and D are reserved.
bool flags_valid(std::uint8_t flags) { return flags == 0 || flags == kTicket || flags == kRawKey; }

unsigned flag_of(Kind kind) {
  if (kind == Kind::password) return 0;
  return kind == Kind::ticket ? kTicket : kRawKey;
}

/// Which modes exist in which flow. Mode pake has no key flow.
bool mode_valid(std::uint8_t mode, bool key_flow) { return mode >= 1 && mode <= (key_flow ? 2 : 3); }

}  // namespace

Result<ClientHello> parse_client_hello(Bytes body, bool datagram) {
  Reader reader(body);
  ClientHello hello;
  const std::uint8_t mode = reader.u8();
  // D must match the transport. A hello for the other kind has a bit too many.
  const auto flags = static_cast<std::uint8_t>(reader.u8() ^ (datagram ? kDatagram : 0));
  const bool key_flow = flags != 0;
  if (!flags_valid(flags) || !mode_valid(mode, key_flow)) return Error::malformed;
  hello.mode = static_cast<Mode>(mode);
  if (key_flow) hello.kind = flags == kTicket ? Kind::ticket : Kind::raw_key;
  hello.max_rx = reader.u16();
  hello.idle = reader.u16();
  hello.nonce = reader.bytes(kNonceSize);
  hello.id = reader.bytes(reader.u8());
  if (key_flow && hello.mode == Mode::psk_ecdhe) hello.share = reader.bytes(kShareSize);
  if (datagram) hello.cookie = reader.bytes(kCookieSize);
  const bool id_valid = !hello.id.empty() && (hello.kind == Kind::ticket || hello.id.size() <= kMaxUser);
  if (!reader.complete() || !id_valid || !max_rx_valid(hello.max_rx) || !idle_valid(hello.idle))
    return Error::malformed;
  return hello;
}

std::size_t client_hello_size(const ClientHello& hello) {
  return kFixedSize + hello.id.size() + hello.share.size() + hello.cookie.size();
}

void write_client_hello(const ClientHello& hello, Writer& writer) {
  writer.u8(static_cast<std::uint8_t>(hello.mode));
  const unsigned flags = flag_of(hello.kind) | (hello.cookie.empty() ? 0U : kDatagram);
  writer.u8(static_cast<std::uint8_t>(flags));
  writer.u16(hello.max_rx);
  writer.u16(hello.idle);
  writer.bytes(hello.nonce);
  writer.u8(static_cast<std::uint8_t>(hello.id.size()));
  writer.bytes(hello.id);
  writer.bytes(hello.share);
  writer.bytes(hello.cookie);
}

}  // namespace pawl
