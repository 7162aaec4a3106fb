// SPDX-License-Identifier: Apache-2.0
#include <pawl/crypto/kdf.hpp>
#include <pawl/handshake/handshake.hpp>
#include <pawl/handshake/pake.hpp>

namespace pawl {
namespace {

using Point = Secret<struct PointTag, kP256PointSize>;

constexpr auto kW0 = expand_label("w0");
constexpr auto kContext = ascii("pawl2 pake");
/// The points of RFC 9383 for P-256, of which nobody knows the logarithm.
constexpr ByteArray<kP256PointSize> kM{0x88, 0x6e, 0x2f, 0x97, 0xac, 0xe4, 0x6e, 0x55, 0xba, 0x9d, 0xd7, 0x24, 0x25,
                                       0x79, 0xf2, 0x99, 0x3b, 0x64, 0xe1, 0x6e, 0xf3, 0xdc, 0xab, 0x95, 0xaf, 0xd4,
                                       0x97, 0x33, 0x3d, 0x8f, 0xa1, 0x2f, 0x5f, 0xf3, 0x55, 0x16, 0x3e, 0x43, 0xce,
                                       0x22, 0x4e, 0x0b, 0x0e, 0x65, 0xff, 0x02, 0xac, 0x8e, 0x5c, 0x7b, 0xe0, 0x94,
                                       0x19, 0xc7, 0x85, 0xe0, 0xca, 0x54, 0x7d, 0x55, 0xa1, 0x2e, 0x2d, 0x20};
constexpr ByteArray<kP256PointSize> kN{0xd8, 0xbb, 0xd6, 0xc6, 0x39, 0xc6, 0x29, 0x37, 0xb0, 0x4d, 0x99, 0x7f, 0x38,
                                       0xc3, 0x77, 0x07, 0x19, 0xc6, 0x29, 0xd7, 0x01, 0x4d, 0x49, 0xa2, 0x4b, 0x4f,
                                       0x98, 0xba, 0xa1, 0x29, 0x2b, 0x49, 0x07, 0xd6, 0x0a, 0xa6, 0xbf, 0xad, 0xe4,
                                       0x50, 0x08, 0xa6, 0x36, 0x33, 0x7f, 0x51, 0x68, 0xc6, 0x4d, 0x9b, 0xd3, 0x60,
                                       0x34, 0x80, 0x8c, 0xd5, 0x64, 0x49, 0x0b, 0x1e, 0x65, 0x6e, 0xdb, 0xe7};

// The longest item of TT.
static_assert(kMaxUser <= 0xFF);

/// TT has each item with its length before it, 8 bytes little-endian. The first of them is enough.
class MainKey {
 public:
  void item(Bytes bytes) {
    add_length(bytes.size());
    hash_.update(bytes);
  }
  /// A point of 65 bytes.
  void point(Bytes bytes) {
    constexpr ByteArray<1> kUncompressed{0x04};
    add_length(kUncompressed.size() + bytes.size());
    hash_.update(kUncompressed);
    hash_.update(bytes);
  }
  void finish(std::span<std::uint8_t, Sha256::kSize> out) { hash_.finish(out); }

 private:
  void add_length(std::size_t size) {
    const ByteArray<8> length{static_cast<std::uint8_t>(size)};
    hash_.update(length);
  }

  Sha256 hash_;
};

bool is_client(const Handshake& h) { return h.credential != nullptr; }

const PakeBlinds& blinds_of(const Handshake& h) { return is_client(h) ? *h.credential->pake : h.pake->blinds; }

/// Y = y*G + w0*N, which is kept for TT.
Status make_server_share(Handshake& h, const PakeExchange& exchange, std::span<std::uint8_t, kP256PointSize> share) {
  PAWL_TRY(exchange.share(h.scalar, h.share));
  PAWL_TRY(p256_add(h.share, blinds_of(h).w0_n.bytes(), h.share));
  copy(h.share, share);
  return Error::none;
}

/// T, the peer's share without its blind. It is made twice rather than kept.
Status unblind(const Handshake& h, Point& t) {
  const PakeBlinds& blinds = blinds_of(h);
  return p256_subtract(h.peer_point(), is_client(h) ? blinds.w0_n.bytes() : blinds.w0_m.bytes(), t.writable());
}

Status agree(Handshake& h, const PakeExchange& exchange) {
  if (is_client(h) && h.credential->pake == nullptr) return Error::invalid_argument;
  Point t;
  PAWL_TRY(unblind(h, t));
  return exchange.multiply(h.scalar, t.bytes(), h.ikm_point());
}

/// V = w1*T, and X = x*G + w0*M.
Status verify_as_client(Handshake& h, const PakeExchange& exchange, Point& v) {
  Point t;
  PAWL_TRY(unblind(h, t));
  PAWL_TRY(exchange.multiply(h.credential->w1, t.bytes(), v.writable()));
  return p256_add(h.share, blinds_of(h).w0_m.bytes(), h.share);
}

/// K_main in the place of Z.
void derive_main_key(Handshake& h, const Point& v) {
  MainKey key;
  key.item(kContext);
  key.item(h.user);
  key.item({});
  key.point(kM);
  key.point(kN);
  key.point(is_client(h) ? Bytes(h.share) : h.peer_share);
  key.point(is_client(h) ? h.peer_share : Bytes(h.share));
  key.point(h.ikm_point());
  key.point(v.bytes());
  key.item(blinds_of(h).w0.bytes());
  key.finish(h.ikm_z());
}

Status verify(Handshake& h, const PakeExchange& exchange) {
  Point v;
  PAWL_TRY(is_client(h) ? verify_as_client(h, exchange, v)
                        : exchange.multiply(h.scalar, h.pake->verifier, v.writable()));
  derive_main_key(h, v);
  return Error::none;
}

}  // namespace

Status compute_blinds(const PakeExchange& exchange, PakeBlinds& blinds) {
  PAWL_TRY(exchange.multiply(blinds.w0, kM, blinds.w0_m.writable()));
  return exchange.multiply(blinds.w0, kN, blinds.w0_n.writable());
}

Status derive_pake(const PakeExchange& exchange, std::span<const std::uint8_t, 32> sp, ClientCredential& credential) {
  if (credential.pake == nullptr) return Error::invalid_argument;
  PAWL_TRY(derive_scalar(sp, kW0, credential.user, exchange, credential.pake->w0));
  return compute_blinds(exchange, *credential.pake);
}

Status pake_work(Handshake& handshake, std::span<std::uint8_t, kP256PointSize> share) {
  Handshake& h = handshake;
  // Only a PakeExchange names this function.
  const auto& exchange = static_cast<const PakeExchange&>(*h.exchange);
  if (h.next_work == Work::agree) return agree(h, exchange);
  if (h.next_work == Work::verify) return verify(h, exchange);
  return is_client(h) ? exchange.share(h.scalar, share) : make_server_share(h, exchange, share);
}

}  // namespace pawl
