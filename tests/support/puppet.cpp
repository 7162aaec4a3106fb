// SPDX-License-Identifier: Apache-2.0
#include "tests/support/puppet.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/replay.hpp"

namespace pawl::test {

Puppet::Puppet(const Settings& settings, const Enrolment& user, std::uint32_t seed)
    : settings_(settings), user_(user), random_(seed), handshake_(settings, random_) {
  handshake_.own_max_rx = settings.max_rx;
}

/// Does the work that a step has led to, and adds what is sent to `answer`.
Buffer Puppet::go_on(Status step, Buffer answer) {
  const Role& role = *settings_.role;
  while (step.ok() && (handshake_.stage == Stage::work || handshake_.stage == Stage::enrolment)) {
    ByteArray<512> buffer{};
    Writer out(buffer);
    step = handshake_.stage == Stage::work ? role.work(handshake_, out) : provide_enrolment(handshake_, &user_, out);
    append(answer, out.written());
  }
  EXPECT_EQ(step.error(), Error::none) << "the puppet's handshake fails";
  if (!step.ok() || handshake_.stage != Stage::open) return answer;
  SessionSecrets secrets;
  derive_session_secrets(handshake_.hs, handshake_.transcript.digest(), role.side, secrets);
  sealer_ = std::make_unique<StreamSealer>(std::move(secrets.send), secrets.sends);
  opener_ = std::make_unique<StreamOpener>(std::move(secrets.receive), secrets.receives);
  return answer;
}

Buffer Puppet::start() {
  ByteArray<512> buffer{};
  Writer out(buffer);
  const Status step = settings_.role->start(handshake_, out);
  return go_on(step, Buffer(out.written().begin(), out.written().end()));
}

Buffer Puppet::take(Bytes frame) {
  frame_.assign(frame.begin(), frame.end());
  ByteArray<512> buffer{};
  Writer out(buffer);
  const Status step = settings_.role->receive(handshake_, frame_, out);
  return go_on(step, Buffer(out.written().begin(), out.written().end()));
}

Buffer Puppet::seal(RecordType type, Bytes content, std::size_t padding) {
  Buffer record(content.size() + kRecordOverhead + padding);
  copy(content, MutBytes(record).subspan(kRecordHeaderSize));
  EXPECT_TRUE(sealer_->seal(type, content.size(), record).ok());
  return record;
}

void Puppet::rekey() { EXPECT_TRUE(sealer_->rekey().ok()); }

std::vector<Record> Puppet::read(Bytes records) {
  std::vector<Record> read;
  for (Buffer& unit : units_of(records)) {
    const auto header = parse_record_header(MutBytes(unit).first<kRecordHeaderSize>(), kMaxMaxRx);
    EXPECT_TRUE(header.ok());
    const auto opened = opener_->open(header.value(), unit);
    EXPECT_TRUE(opened.ok());
    const Bytes content = opened.value().content;
    read.push_back({opened.value().type, Buffer(content.begin(), content.end()), header.value().odd_epoch});
  }
  return read;
}

Rig::Rig(Side side, const Flow& flow) : enrolled(Account{flow}), client(enrolled), side_(side) {
  server.users.push_back(&enrolled);
}

End& Rig::end() {
  if (side_ == Side::client) return client;
  return server;
}

void Rig::open() {
  const Settings& settings = side_ == Side::client ? static_cast<const Settings&>(server.settings) : client.settings;
  puppet_ = std::make_unique<Puppet>(settings, enrolled.enrolment, 3);
  ASSERT_TRUE(end().start(now).ok());
  hear(puppet_->start());
  while (end().seen.established == 0 || !puppet_->is_open()) {
    const Buffer frame = end().take(now);
    ASSERT_FALSE(frame.empty());
    hear(puppet_->take(frame));
  }
}

std::vector<Rig::Said> Rig::pass(Duration duration) {
  std::vector<Said> all;
  const Instant start = now;
  const Instant until = now + duration;
  for (;;) {
    end().run(now);
    for (Record& record : said()) all.push_back({now - start, std::move(record)});
    if (now == until) return all;
    const auto due = session().deadline();
    now = due && *due > now ? std::min(*due, until) : until;
  }
}

}  // namespace pawl::test
