// SPDX-License-Identifier: Apache-2.0
#include <pawl/base/config.hpp>
#include <pawl/crypto/constant_time.hpp>
#include <pawl/nstp/client.hpp>
#include <pawl/wire/frame.hpp>
#include <pawl/wire/reader.hpp>

namespace pawl::nstp {
namespace {

/// A server of version 2 that is busy sends a Reject to whoever connects. Eight random bytes begin like that once in
/// 2^40.
bool is_reject_of_version_2(Bytes bytes) {
  const auto header = parse_frame_header(bytes.first<kFrameHeaderSize>());
  return header.ok() && header.value().type == FrameType::reject;
}

}  // namespace

Status Client::start(Instant now) {
  if (stage_ != Stage::fresh) return Error::wrong_state;
  const bool user_valid = !settings_.user.empty() && settings_.user.size() <= kMaxUser;
  const bool buffers_valid = rx_.size() >= kMinRx && space().size() >= kMinTx;
  const Status ready = user_valid && buffers_valid ? random_.fill(client_nonce_) : Error::invalid_argument;
  if (!ready.ok()) {
    end(ready.error());
    return ready;
  }
  Writer writer(space());
  write_hello({settings_.user, client_nonce_}, writer);
  commit(writer.written().size());
  stage_ = Stage::hello;
  deadline_ = now + Config::kClientHandshake;
  return Error::none;
}

std::size_t Client::wanted() const {
  if (stage_ == Stage::hello) return kSessionNonceSize;
  if (stage_ == Stage::proof) return kProofSize;
  return response_size_ == 0 ? kResponseLengthSize : response_size_;
}

Result<std::size_t> Client::receive(Bytes in, Instant /*now*/) {
  if (stage_ == Stage::fresh) return Error::wrong_state;
  std::size_t taken = 0;
  while (takes_input() && taken < in.size()) {
    const std::size_t want = wanted();
    taken += fill(in.subspan(taken), want);
    if (rx_size_ < want) break;
    if (stage_ == Stage::hello) {
      take_session_nonce();
    } else if (stage_ == Stage::proof) {
      take_proof();
    } else {
      take_response();
    }
  }
  return taken;
}

void Client::take_session_nonce() {
  rx_size_ = 0;
  if (is_reject_of_version_2(rx_)) return end(Error::unsupported);
  copy(rx_.first(kSessionNonceSize), session_nonce_);
  derive_session_keys(settings_.psk, client_nonce_, session_nonce_, settings_.user, keys_);
  copy(keys_.client.bytes(), space());
  commit(kProofSize);
  stage_ = Stage::proof;
}

void Client::take_proof() {
  rx_size_ = 0;
  if (!equal(rx_.first(kProofSize), keys_.server.bytes())) return end(Error::authentication_failed);
  cipher_.emplace(keys_.key, session_nonce_);
  keys_ = {};
  stage_ = Stage::open;
  deadline_.reset();
  event_ = Established{};
}

/// Its length, then the whole of it.
void Client::take_response() {
  rx_size_ = 0;
  if (response_size_ == 0) {
    response_size_ = Reader(rx_.first(kResponseLengthSize)).u16();
    const bool fits = response_size_ >= kMessageOverhead && response_size_ <= rx_.size();
    if (!awaits_response_ || !fits) end(Error::tampered);
    return;
  }
  const auto text = cipher_->open(rx_.first(response_size_));
  if (!text.ok()) return end(text.error());
  response_size_ = 0;
  awaits_response_ = false;
  deadline_.reset();
  event_ = Message{text.value()};
}

void Client::end_of_stream(Instant /*now*/) {
  if (stage_ == Stage::hello) {
    end(Error::connection_lost);
  } else if (stage_ == Stage::proof) {
    end(Error::authentication_failed);
  } else {
    end(Error::truncated);
  }
}

void Client::forget() {
  keys_ = {};
  cipher_.reset();
}

Status Client::send(Bytes text, Instant now) {
  if (!is_open()) return Error::wrong_state;
  if (awaits_response_ || !outgoing().empty()) return Error::would_block;
  if (space().size() < kMessageOverhead || text.size() > space().size() - kMessageOverhead) {
    return Error::invalid_argument;
  }
  const MutBytes message = space().first(text.size() + kMessageOverhead);
  copy(text, message.subspan(kGcmNonceSize));
  PAWL_TRY(cipher_->seal(message));
  commit(message.size());
  awaits_response_ = true;
  if (settings_.idle > 0) deadline_ = now + seconds(settings_.idle);
  return Error::none;
}

}  // namespace pawl::nstp
