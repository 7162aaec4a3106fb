// SPDX-License-Identifier: Apache-2.0
#include <pawl/ticket/ticket_keys.hpp>
#include <pawl/wire/reader.hpp>
#include <pawl/wire/writer.hpp>
#include <utility>

namespace pawl {
namespace {

constexpr auto kAadPrefix = ascii("pawl2 ticket");
constexpr std::size_t kIdSize = 4;
constexpr std::size_t kHeadSize = kIdSize + kGcmNonceSize;
constexpr std::size_t kPlainHead = TicketSecret::kSize + sizeof(Chain) + 8 + 8 + 4 + 1 + 1;
static_assert(TicketKeys::kMost == kHeadSize + kPlainHead + kMaxUser + kGcmTagSize);

/// A ticket's text and the room for its tag.
using Plain = Secret<struct TicketPlainTag, kPlainHead + kMaxUser + kGcmTagSize>;

using Aad = ByteArray<kAadPrefix.size() + kIdSize>;

Aad aad_of(Bytes id) {
  Aad aad{};
  copy(kAadPrefix, aad);
  copy(id, MutBytes(aad).subspan(kAadPrefix.size()));
  return aad;
}

/// None if the clock was turned back.
std::uint64_t age(const TicketKey& key, std::uint64_t now) { return now > key.made ? now - key.made : 0; }

void write(const Ticket& ticket, Writer& out) {
  out.bytes(ticket.secret.bytes());
  out.bytes(ticket.chain);
  out.u64(ticket.not_after);
  out.u64(ticket.chain_not_after);
  out.u32(ticket.generation);
  out.u8(static_cast<std::uint8_t>(ticket.mode));
  out.u8(static_cast<std::uint8_t>(ticket.user().size()));
  out.bytes(ticket.user());
}

/// The text is authentic, so it is as write() wrote it.
Status read(Bytes plain, Ticket& ticket) {
  Reader in(plain);
  copy(in.bytes(TicketSecret::kSize), ticket.secret.writable());
  copy(in.bytes(sizeof(Chain)), ticket.chain);
  ticket.not_after = in.u64();
  ticket.chain_not_after = in.u64();
  ticket.generation = in.u32();
  ticket.mode = static_cast<Mode>(in.u8());
  return ticket.set_user(in.bytes(in.u8()));
}

}  // namespace

Result<std::size_t> TicketKeys::seal(const Ticket& ticket, std::uint64_t now, MutBytes out) {
  const std::size_t size = kHeadSize + kPlainHead + ticket.user().size() + kGcmTagSize;
  if (out.size() < size || ticket.user().empty()) return Error::invalid_argument;
  forget_old(now);
  if (key_due(now)) {
    const Status made = make_key(now);
    if (!made.ok()) return made.error();
  }
  TicketKey& key = keys_[0];
  GcmNonce nonce{};
  const Status drawn = random_.fill(nonce);
  if (!drawn.ok()) return drawn.error();
  ++key.sealed;
  Writer writer(out.first(size));
  writer.u32(key.id);
  writer.bytes(nonce);
  write(ticket, writer);
  const Status sealed = aes_gcm_seal(AesGcmKey(key.secret.bytes()), nonce, aad_of(out.first(kIdSize)),
                                     out.subspan(kHeadSize, size - kHeadSize));
  if (!sealed.ok()) return sealed.error();
  return size;
}

Status TicketKeys::open(Bytes sealed, std::uint64_t now, Ticket& ticket) {
  forget_old(now);
  const std::size_t shortest = kHeadSize + kPlainHead + 1 + kGcmTagSize;
  if (sealed.size() < shortest || sealed.size() > kMost) return Error::authentication_failed;
  const TicketKey* const key = find(u32_at(sealed.data()));
  if (key == nullptr) return Error::authentication_failed;
  GcmNonce nonce{};
  copy(sealed.subspan(kIdSize, kGcmNonceSize), nonce);
  Plain plain;
  const MutBytes text = MutBytes(plain.writable()).first(sealed.size() - kHeadSize);
  copy(sealed.subspan(kHeadSize), text);
  const Status opened = aes_gcm_open(AesGcmKey(key->secret.bytes()), nonce, aad_of(sealed.first(kIdSize)), text);
  if (!opened.ok()) return Error::authentication_failed;
  PAWL_TRY(read(text.first(text.size() - kGcmTagSize), ticket));
  return now < ticket.not_after && now < ticket.chain_not_after ? Error::none : Error::authentication_failed;
}

void TicketKeys::add(TicketKey&& key) {
  for (std::size_t i = kKeys - 1; i > 0; --i) keys_[i] = static_cast<TicketKey&&>(keys_[i - 1]);
  keys_[0] = static_cast<TicketKey&&>(key);
  size_ = std::min(size_ + 1, kKeys);
}

void TicketKeys::take_over(TicketKeys&& other) {
  for (TicketKey& key : std::span(other.keys_).first(other.size_)) {
    const TicketKey* const own = find(key.id);
    if (own != nullptr) key.sealed = std::max(key.sealed, own->sealed);
  }
  keys_ = static_cast<TicketKeys&&>(other).keys_;
  size_ = std::exchange(other.size_, 0);
}

bool TicketKeys::key_due(std::uint64_t now) const {
  return size_ == 0 || age(keys_[0], now) >= lifetime_ / 2 || keys_[0].sealed >= kMostSealed;
}

Status TicketKeys::make_key(std::uint64_t now) {
  TicketKey key;
  key.made = now;
  PAWL_TRY(random_.fill(key.secret.writable()));
  ByteArray<kIdSize> id{};
  PAWL_TRY(random_.fill(id));
  key.id = u32_at(id.data());
  while (find(key.id) != nullptr) ++key.id;
  add(static_cast<TicketKey&&>(key));
  return Error::none;
}

const TicketKey* TicketKeys::find(std::uint32_t id) const {
  for (const TicketKey& key : keys()) {
    if (key.id == id) return &key;
  }
  return nullptr;
}

/// The last ticket under a key is sealed half a lifetime after the key was made.
void TicketKeys::forget_old(std::uint64_t now) {
  const std::uint64_t useful = std::uint64_t{lifetime_} + lifetime_ / 2;
  while (size_ > 0 && age(keys_[size_ - 1], now) >= useful) keys_[--size_] = {};
}

}  // namespace pawl
