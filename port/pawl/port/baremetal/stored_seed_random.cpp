// SPDX-License-Identifier: Apache-2.0
#include <pawl/port/baremetal/stored_seed_random.hpp>

namespace pawl {
namespace {

// Different uses of the seed, so that neither result tells the other.
constexpr auto kForNextStart = ascii("pawl seed next");
constexpr auto kForThisStart = ascii("pawl seed boot");

}  // namespace

Status StoredSeedRandom::fill(MutBytes out) {
  if (!started_) {
    started_ = true;
    failed_ = !start().ok();
  }
  return failed_ ? Status(Error::random_failed) : drbg_.generate(out);
}

Status StoredSeedRandom::start() {
  Seed seed;
  PAWL_TRY(store_.load(seed));
  const HmacKey key(seed.bytes());
  Seed next;
  hmac(key, kForNextStart, next.writable());
  PAWL_TRY(store_.replace(next));
  Seed boot;
  hmac(key, kForThisStart, boot.writable());
  drbg_.instantiate(boot.bytes(), {}, {});
  return Error::none;
}

}  // namespace pawl
