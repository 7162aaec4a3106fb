// SPDX-License-Identifier: Apache-2.0
#include "tests/support/pumped_pair.hpp"

#include <gtest/gtest.h>

#include "tests/support/remembered_exchange.hpp"

namespace pawl::test {

PumpedPair::PumpedPair(const Flow& flow, ManualClock& clock_of_both, DatagramTransport& to_server,
                       DatagramTransport& to_client)
    : clock(clock_of_both),
      client_transport(to_server),
      enrolled_(Account{flow}),
      client_settings_(flow.kind == Kind::password ? password_initiator : key_initiator, enrolled_.credential),
      server_settings_(test_decoy()) {
  client_settings_.exchange = remembered(enrolled_.account.flow.mode);
  server_settings_.exchange = &remembered_exchange;
  server_settings_.pake = &remembered_pake;
  client_settings_.iterations_floor = 1000;
  client_settings_.max_rx = server_settings_.max_rx = kDatagram - 16;
  server_settings_.password_flow = &password_responder;
  server_settings_.key_flow = &key_responder;
  for (std::size_t i = 0; i < kPlaces; ++i) {
    DatagramBuffers& buffers = buffers_.emplace_back(1024);
    places_.push_back(&sessions_.emplace_back(server_settings_, server_random_, MutBytes(buffers.tx).first(kDatagram),
                                              buffers.words));
  }
  server_.emplace(server_settings_, server_random_, places_, kPlaces);
  EXPECT_TRUE(server_->start(clock.now()).ok());
  server_pump.emplace(*server_, to_client, server_buffer_, early_buffer_);
  start_client();
}

void PumpedPair::start_client() {
  client_pump.reset();
  client.emplace(client_settings_, client_random_, client_tx_, client_words_);
  EXPECT_TRUE(client->start(clock.now()).ok());
  client_pump.emplace(*client, client_transport, client_buffer_);
  client_closed.reset();
}

void PumpedPair::settle() {
  for (int i = 0; i < 1000; ++i) {
    const bool moved = run_client();
    if (!run_server() && !moved) return;
  }
  ADD_FAILURE() << "it never comes to rest";
}

bool PumpedPair::exchange(Bytes message) {
  echoes.clear();
  for (int attempt = 0; attempt < 40 && echoes.empty(); ++attempt) {
    EXPECT_TRUE(client->send(message, clock.now()).ok());
    pass_until([&] { return !echoes.empty(); }, milliseconds(300));
  }
  return !echoes.empty() && echoes.back() == Buffer(message.begin(), message.end());
}

bool PumpedPair::run_client() {
  const Event event = client_pump->run(clock.now());
  if (const auto* message = std::get_if<Message>(&event)) {
    echoes.emplace_back(message->bytes.begin(), message->bytes.end());
  } else if (const auto* closed = std::get_if<Closed>(&event)) {
    EXPECT_FALSE(client_closed);
    client_closed = *closed;
  } else if (!is_event(event)) {
    return due(client_pump->deadline());
  }
  return true;
}

bool PumpedPair::run_server() {
  const auto happening = server_pump->run(clock.now());
  if (!happening) return due(server_pump->deadline());
  const auto& [place, event] = *happening;
  if (std::holds_alternative<CredentialWanted>(event)) {
    EXPECT_TRUE(server_->provide(place, &enrolled_.enrolment, clock.now()).ok());
  } else if (std::holds_alternative<Established>(event)) {
    ++server_established;
  } else if (const auto* message = std::get_if<Message>(&event)) {
    EXPECT_TRUE(server_->session(place).send(message->bytes, clock.now()).ok());
  } else if (const auto* closed = std::get_if<Closed>(&event)) {
    server_closed.push_back(*closed);
  }
  return true;
}

bool PumpedPair::due(std::optional<Instant> deadline) {
  if (!deadline || *deadline > clock.now()) return false;
  ++hurries;
  return true;
}

}  // namespace pawl::test
