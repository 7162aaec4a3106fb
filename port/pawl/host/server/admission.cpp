// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <pawl/crypto/sha256.hpp>
#include <pawl/host/server/admission.hpp>

namespace pawl::host {
namespace {

std::uint16_t whole_seconds(Duration duration) { return static_cast<std::uint16_t>((duration.ms + 999) / 1000); }

}  // namespace

void TokenBucket::fill(Instant now) {
  // Each millisecond brings as many thousandths of a token as the rate has tokens a second.
  level_ = std::min(level_ + (now - filled_).ms * rate_, rate_ * 1000);
  filled_ = now;
}

void TokenBucket::set_rate(std::uint32_t rate, Instant now) {
  if (rate == rate_) return;
  fill(now);
  rate_ = rate;
  level_ = std::min(level_, rate_ * 1000);
}

Duration TokenBucket::wait(Instant now) {
  fill(now);
  constexpr std::uint64_t kToken = 1000;
  return level_ >= kToken ? Duration{} : milliseconds((kToken - level_ + rate_ - 1) / rate_);
}

bool TokenBucket::runs_low(Instant now) {
  fill(now);
  return level_ < rate_ * 1000 * 3 / 4;
}

bool TokenBucket::take(std::uint32_t tokens, Instant now) {
  fill(now);
  const std::uint64_t price = std::uint64_t{tokens} * 1000;
  if (level_ < price) return false;
  level_ -= price;
  return true;
}

/// 2^(failures - threshold) seconds, from the threshold on.
Duration GuessTable::wait_after(unsigned failures, unsigned threshold) const {
  if (failures < threshold) return {};
  constexpr unsigned kEnough = 9;
  return std::min(seconds(std::uint64_t{1} << std::min(failures - threshold, kEnough)), seconds(limits_.longest_wait));
}

GuessTable::Key GuessTable::key(Bytes user, const SourcePrefix& source) {
  Sha256 hash;
  hash.update(source);
  hash.update(user);
  Sha256::Digest digest{};
  hash.finish(digest);
  Key key{};
  copy(Bytes(digest).first(key.size()), key);
  return key;
}

Duration GuessTable::wait(const Key& key, Instant now) {
  const Failures* failures = table_.find(key);
  return failures != nullptr ? failures->blocked_until - now : Duration{};
}

Duration GuessTable::wait(Bytes user, const SourcePrefix& source, Instant now) {
  return std::max(wait(key(user, source), now), wait(key({}, source), now));
}

void GuessTable::attempt(Bytes user, const SourcePrefix& source, Instant now) {
  Failures* pair = table_.find(key(user, source));
  if (pair != nullptr) pair->blocked_until = now + wait_after(pair->count, limits_.failures);
}

void GuessTable::failed(Bytes user, const SourcePrefix& source, Instant now) {
  Failures& pair = table_.touch(key(user, source), {}, now);
  pair.blocked_until = now + wait_after(++pair.count, limits_.failures);

  Failures& all = table_.touch(key({}, source), {}, now);
  const Duration forgiveness = seconds(limits_.forgiveness);
  const std::uint64_t forgiven = (now - all.forgiven).ms / forgiveness.ms;
  all.count -= static_cast<unsigned>(std::min<std::uint64_t>(all.count, forgiven));
  all.forgiven = all.forgiven + milliseconds(forgiven * forgiveness.ms);
  all.blocked_until = now + wait_after(++all.count, limits_.failures_per_source);
}

void GuessTable::succeeded(Bytes user, const SourcePrefix& source) { table_.erase(key(user, source)); }

bool Admission::affordable(Kind kind, const SourcePrefix& source, Instant now) {
  TokenBucket& own = sources_.touch(source, TokenBucket(limits_.hellos_per_source), now);
  own.set_rate(limits_.hellos_per_source, now);
  hellos_.set_rate(limits_.hellos, now);
  // The source's own bucket comes first, so that a source that exceeds it takes nothing from the others.
  return own.take(1, now) && hellos_.take(kind == Kind::raw_key ? 2 : 1, now);
}

bool Admission::exchanges_scarce(Instant now) {
  hellos_.set_rate(limits_.hellos, now);
  return hellos_.runs_low(now);
}

std::uint16_t Admission::hello(Bytes user, Kind kind, Mode mode, const SourcePrefix& source, Instant now) {
  const bool guess = kind != Kind::ticket;
  const Duration wait = guess ? guesses_.wait(user, source, now) : Duration{};
  if (wait > Duration{}) return whole_seconds(wait);
  if (mode != Mode::psk && !affordable(kind, source, now)) return 1;
  if (guess) guesses_.attempt(user, source, now);
  return 0;
}

}  // namespace pawl::host
