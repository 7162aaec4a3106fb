// SPDX-License-Identifier: Apache-2.0
#include <pawl/base/config.hpp>
#include <pawl/crypto/constant_time.hpp>
#include <pawl/nstp/piece.hpp>
#include <pawl/nstp/server.hpp>

namespace pawl::nstp {

Status Server::start(Instant now) {
  if (stage_ != Stage::fresh) return Error::wrong_state;
  if (rx_.size() < kMinRx || text_.size() < rx_.size() || space().size() < kMinTx) {
    end(Error::invalid_argument);
    return Error::invalid_argument;
  }
  stage_ = Stage::hello;
  deadline_ = now + Config::kServerFirstByte;
  return Error::none;
}

Result<std::size_t> Server::receive(Bytes in, Instant now) {
  if (stage_ == Stage::fresh) return Error::wrong_state;
  if (in.empty() || !takes_input() || response_due_) return std::size_t{0};
  received_ = now;
  if (!is_open()) return take_handshake(in, now);
  const std::size_t taken = fill(in, rx_.size());
  read_ended_ = taken == in.size();
  return taken;
}

// The handshake.

std::size_t Server::take_handshake(Bytes in, Instant now) {
  if (stage_ == Stage::proof) {
    const std::size_t taken = fill(in, kProofSize);
    if (rx_size_ == kProofSize) take_proof();
    return taken;
  }
  std::size_t taken = 0;
  if (rx_size_ == 0) {
    deadline_ = now + Config::kServerHandshake;
    taken = fill(in, 1);
  }
  const std::size_t size = hello_size(rx_[0]);
  if (rx_[0] == 0) {
    end(Error::unsupported);
  } else {
    taken += fill(in.subspan(taken), size);
    if (rx_size_ == size) take_hello();
  }
  return taken;
}

void Server::take_hello() {
  const auto hello = parse_hello(rx_.first(rx_size_));
  client_nonce_ = hello.value().client_nonce;
  stage_ = Stage::psk;
  event_ = PskWanted{hello.value().user};
}

Status Server::provide(const Psk& psk) {
  if (stage_ != Stage::psk) return Error::wrong_state;
  const Status drawn = random_.fill(session_nonce_);
  if (!drawn.ok()) {
    end(drawn.error());
    return drawn;
  }
  const Bytes user = rx_.subspan(1, rx_size_ - 1 - kClientNonceSize);
  derive_session_keys(psk, client_nonce_, session_nonce_, user, keys_);
  copy(session_nonce_, space());
  commit(kSessionNonceSize);
  rx_size_ = 0;
  event_ = {};
  stage_ = Stage::proof;
  return Error::none;
}

/// A key that nobody has stands in, so that the rest is the same.
Status Server::provide_none() {
  if (stage_ != Stage::psk) return Error::wrong_state;
  Psk nobodys;
  const Status drawn = random_.fill(nobodys.writable());
  if (!drawn.ok()) {
    end(drawn.error());
    return drawn;
  }
  return provide(nobodys);
}

void Server::take_proof() {
  rx_size_ = 0;
  if (!equal(rx_.first(kProofSize), keys_.client.bytes())) return end(Error::authentication_failed);
  copy(keys_.server.bytes(), space());
  commit(kProofSize);
  cipher_.emplace(keys_.key, session_nonce_);
  keys_ = {};
  stage_ = Stage::open;
  deadline_.reset();
  if (settings_.idle > 0) deadline_ = received_ + seconds(settings_.idle);
  event_ = Established{};
}

// The open connection.

Event Server::next_event() {
  if (is_open() && !event_waits() && !response_due_ && outgoing().empty()) take_message();
  return Endpoint::next_event();
}

void Server::take_message() {
  while (rx_size_ > 0 && !response_due_ && take_piece()) {
  }
}

/// Drops or opens what comes first. False if that has to wait for more.
bool Server::take_piece() {
  const Piece piece = first_piece(rx_.first(rx_size_), session_nonce_);
  if (piece.begin > 0) {
    drop(piece.begin);
    ++dropped_;
    return true;
  }
  const bool full = rx_size_ == rx_.size();
  if (!piece.ended && !full && !read_ended_) return false;
  const Bytes message = rx_.first(piece.size);
  if (const auto text = cipher_->open(message, text_); text.ok()) {
    drop(piece.size);
    response_due_ = true;
    if (settings_.idle > 0) deadline_ = received_ + seconds(settings_.idle);
    event_ = Message{text.value()};
    return true;
  }
  const bool repeated = piece.size >= kGcmNonceSize && !cipher_->is_next(message);
  if (!piece.ended && !full && !repeated) {
    read_ended_ = false;  // was tried, and the next read may bring the rest
    return false;
  }
  drop(piece.size);
  ++dropped_;
  return true;
}

void Server::drop(std::size_t n) {
  const Bytes rest = rx_.subspan(n, rx_size_ - n);
  std::copy(rest.begin(), rest.end(), rx_.begin());  // forwards, because they may overlap
  rx_size_ = rest.size();
}

Status Server::respond(Bytes text) {
  if (!is_open() || !response_due_) return Error::wrong_state;
  const std::size_t most = std::min(space().size(), kMaxResponseText + kResponseOverhead);
  if (text.size() + kResponseOverhead > most) return Error::invalid_argument;
  const MutBytes response = space().first(text.size() + kResponseOverhead);
  copy(text, response.subspan(kResponseLengthSize + kGcmNonceSize));
  const Status sealed = cipher_->seal(response, random_);
  if (!sealed.ok()) {
    end(sealed.error());
    return sealed;
  }
  response_due_ = false;
  commit(response.size());
  return Error::none;
}

void Server::forget() {
  keys_ = {};
  cipher_.reset();
}

void Server::end_of_stream(Instant /*now*/) {
  if (!is_open()) return end(Error::connection_lost);
  end(rx_size_ > 0 ? Error::truncated : Error::none);
}

}  // namespace pawl::nstp
