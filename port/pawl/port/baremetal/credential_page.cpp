// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <pawl/crypto/sha256.hpp>
#include <pawl/port/baremetal/credential_page.hpp>
#include <pawl/wire/reader.hpp>

namespace pawl {
namespace {

enum class What : std::uint8_t { credential = 1, enrolment = 2 };

constexpr auto kMagic = ascii("PAWL");
constexpr std::size_t kFixed = kMagic.size() + 1 + 1 + 4 + 1;
constexpr std::size_t kMaxUser = 128;
constexpr std::size_t kPageCheckSize = 8;

/// The fields of a page, which they view.
struct Page {
  Mode mode = Mode::psk;
  std::uint32_t generation = 0;
  Bytes user;
  Bytes psk;
  Bytes share;
};

Status parse(Bytes bytes, What what, Page& page) {
  if (bytes.size() < kFixed) return Error::malformed;
  Reader head(bytes.first(kFixed));
  const bool ours =
      std::ranges::equal(head.bytes(kMagic.size()), kMagic) && head.u8() == static_cast<std::uint8_t>(what);
  page.mode = static_cast<Mode>(head.u8());
  page.generation = head.u32();
  const std::size_t user = head.u8();
  if (!ours || (page.mode != Mode::psk && page.mode != Mode::psk_ecdhe) || user < 1 || user > kMaxUser) {
    return Error::malformed;
  }
  const std::size_t whole_share = what == What::credential ? P256Scalar::kSize : kP256PointSize;
  const std::size_t share = page.mode == Mode::psk_ecdhe ? whole_share : 0;
  const std::size_t checked = kFixed + user + Psk::kSize + share;
  if (bytes.size() < checked + kPageCheckSize) return Error::malformed;
  const auto digest = sha256(bytes.first(checked));
  if (!std::ranges::equal(bytes.subspan(checked, kPageCheckSize), Bytes(digest).first(kPageCheckSize)))
    return Error::malformed;
  page.user = bytes.subspan(kFixed, user);
  page.psk = bytes.subspan(kFixed + user, Psk::kSize);
  page.share = bytes.subspan(kFixed + user + Psk::kSize, share);
  return Error::none;
}

}  // namespace

Status read_credential_page(Bytes page, ClientCredential& credential) {
  Page parsed;
  PAWL_TRY(parse(page, What::credential, parsed));
  credential.user = parsed.user;
  credential.kind = Kind::raw_key;
  credential.mode = parsed.mode;
  credential.derived = true;
  copy(parsed.psk, credential.psk.writable());
  copy(parsed.share, credential.w1.writable());
  return Error::none;
}

Status read_enrolment_page(Bytes page, Enrolment& enrolment) {
  Page parsed;
  PAWL_TRY(parse(page, What::enrolment, parsed));
  enrolment.user = parsed.user;
  enrolment.kind = Kind::raw_key;
  enrolment.mode = parsed.mode;
  enrolment.generation = parsed.generation;
  copy(parsed.psk, enrolment.psk.writable());
  copy(parsed.share, enrolment.verifier);
  return Error::none;
}

}  // namespace pawl
