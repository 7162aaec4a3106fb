// SPDX-License-Identifier: Apache-2.0
#include "tests/support/nstp.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <pawl/wire/writer.hpp>
#include <stdexcept>

namespace pawl::test {
namespace {

Json load() {
  const std::string path = PAWL_VECTORS_DIR "/nstp.json";
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  return Json::parse(file);
}

/// nonce | ciphertext | tag with the key of the vectors.
Buffer sealed(const GcmNonce& nonce, Bytes text) {
  Buffer bytes(nonce.begin(), nonce.end());
  append(bytes, text);
  bytes.resize(bytes.size() + kGcmTagSize);
  EXPECT_TRUE(aes_gcm_seal(AesGcmKey(nstp_key().bytes()), nonce, {}, MutBytes(bytes).subspan(kGcmNonceSize)).ok());
  return bytes;
}

}  // namespace

const Json& nstp_vectors() {
  static const Json file = load();
  return file;
}

Buffer nstp_vector(const char* field) { return bytes_in(nstp_vectors(), field); }

nstp::Psk nstp_psk() { return nstp::Psk(nstp_array<32>("psk")); }
AesKey nstp_key() { return AesKey(nstp_array<32>("session_key")); }
nstp::SessionNonce nstp_session_nonce() { return nstp_array<8>("session_nonce"); }

Buffer nstp_answer(Bytes text) {
  Buffer answer = bytes_of("Server received: ");
  append(answer, text);
  return answer;
}

Buffer nstp_message(std::uint32_t counter, Bytes text) {
  GcmNonce nonce{};
  Writer writer(nonce);
  writer.bytes(nstp_session_nonce());
  writer.u32(counter);
  return sealed(nonce, text);
}

Buffer nstp_response(const GcmNonce& nonce, Bytes text) {
  Buffer response(2);
  append(response, sealed(nonce, text));
  Writer(response).u16(static_cast<std::uint16_t>(response.size() - 2));
  return response;
}

// NstpEnd

std::size_t NstpEnd::hear(Bytes chunk, Instant now) {
  std::size_t taken = 0;
  while (taken < chunk.size()) {
    const auto result = side().receive(chunk.subspan(taken), now);
    look();
    if (!result.ok() || result.value() == 0) break;
    taken += result.value();
  }
  return taken;
}

void NstpEnd::look() {
  while (act(side().next_event())) {
  }
}

bool NstpEnd::act(const nstp::Event& event) {
  if (!is_event(event)) return false;
  if (const auto* wish = std::get_if<nstp::PskWanted>(&event))
    wanted.emplace_back(wish->user.begin(), wish->user.end());
  if (std::holds_alternative<nstp::Established>(event)) ++established;
  if (const auto* message = std::get_if<nstp::Message>(&event)) {
    heard.emplace_back(message->text.begin(), message->text.end());
  }
  if (const auto* end = std::get_if<nstp::Closed>(&event)) {
    EXPECT_FALSE(closed.has_value()) << "it has ended twice";
    closed = end->error;
  }
  answer(event);
  return true;
}

Buffer NstpEnd::take() {
  const Bytes outgoing = side().outgoing();
  Buffer bytes(outgoing.begin(), outgoing.end());
  side().sent(bytes.size(), {});  // an end of NSTP keeps no time by it
  return bytes;
}

// NstpServer

Status NstpServer::start(Instant now) {
  rx_.resize(rx_size);
  text_.resize(rx_size);
  tx_.resize(tx_size);
  side_ = std::make_unique<nstp::Server>(settings, random_, rx_, text_, tx_);
  const Status status = side_->start(now);
  look();
  return status;
}

void NstpServer::answer(const nstp::Event& event) {
  if (!answers) return;
  if (std::holds_alternative<nstp::PskWanted>(event)) {
    EXPECT_TRUE((knows_user ? side_->provide(psk) : side_->provide_none()).ok());
  }
  if (const auto* message = std::get_if<nstp::Message>(&event)) {
    EXPECT_TRUE(side_->respond(nstp_answer(message->text)).ok());
  }
}

// NstpClient

Status NstpClient::start(Instant now) {
  rx_.resize(rx_size);
  tx_.resize(tx_size);
  settings_.emplace(nstp::ClientSettings{user, psk, idle});
  side_ = std::make_unique<nstp::Client>(*settings_, random_, rx_, tx_);
  const Status status = side_->start(now);
  look();
  return status;
}

// The open ends.

Buffer nstp_server_script() {
  Buffer script = nstp_vector("session_nonce");
  append(script, nstp_vector("resp_nonce"));
  append(script, nstp_vector("resp1_nonce"));
  // More than any test asks for.
  append(script, pattern(100 * kGcmNonceSize));
  return script;
}

OpenNstpServer::OpenNstpServer(std::size_t rx_size) : random(nstp_server_script()), end(random) {
  end.rx_size = rx_size;
  EXPECT_TRUE(end.start(now).ok());
  EXPECT_EQ(hex(hear(nstp_vector("C1_hello"))), nstp_vectors()["S1_session_nonce"]);
  EXPECT_EQ(hex(hear(nstp_vector("C2_client_hmac"))), nstp_vectors()["S2_server_hmac"]);
  EXPECT_EQ(end.established, 1);
}

/// Whatever it sends is read by the client at once.
Buffer OpenNstpServer::hear(Bytes chunk) {
  Buffer said;
  std::size_t taken = 0;
  for (bool more = true; more;) {
    const std::size_t now_taken = end.hear(chunk.subspan(taken), now);
    end.look();
    const Buffer part = end.take();
    append(said, part);
    taken += now_taken;
    more = now_taken > 0 || !part.empty();
  }
  EXPECT_EQ(taken, end.side().is_over() ? taken : chunk.size());
  return said;
}

OpenNstpClient::OpenNstpClient() : random(nstp_vector("client_nonce")), end(random) {
  EXPECT_TRUE(end.start(now).ok());
  EXPECT_EQ(hex(end.take()), nstp_vectors()["C1_hello"]);
  hear(nstp_vector("S1_session_nonce"));
  EXPECT_EQ(hex(end.take()), nstp_vectors()["C2_client_hmac"]);
  hear(nstp_vector("S2_server_hmac"));
  EXPECT_EQ(end.established, 1);
}

Buffer OpenNstpClient::say(Bytes text) {
  EXPECT_TRUE(end.side().send(text, now).ok());
  return end.take();
}

}  // namespace pawl::test
