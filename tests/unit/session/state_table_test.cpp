// SPDX-License-Identifier: Apache-2.0
// Every cell of the state tables of PROTOCOL.md 15, stream columns, for both roles and all four flows. The frames and
// records are those of a conversation that went well, so whatever is refused here is refused only because of the state.
#include <gtest/gtest.h>

#include "tests/support/names.hpp"
#include "tests/support/replay.hpp"

namespace pawl::test::state_table_test {
namespace {

constexpr Instant kNow{1'000'000};

enum class Input : std::uint8_t {
  client_hello,
  server_hello,
  client_finish,
  server_finish,
  retry,
  reject_failed,
  reject_unsupported,
  reject_busy,
  reject_unknown,
  reject_echoing,
  unknown_type,
  other_version,
  reserved_01,
  reserved_3f,
  data,
  close,
  altered,
  datagram_80,
  datagram_bf,
  reserved_c0,
  reserved_ff,
};

/// What the session sends.
enum class Answer : std::uint8_t { nothing, next_frame, close, reject_failed, reject_unsupported };

struct Outcome {
  /// What is reported if the session ends.
  std::optional<Error> ends;
  Answer answer = Answer::nothing;
  bool delivers = false;
};

// The words of the table.
constexpr Outcome kGoesOn{{}, Answer::next_frame};
constexpr Outcome kDelivers{{}, Answer::nothing, true};
constexpr Outcome kIgnores{{}};
/// A client in a handshake fails without a word; so does a server whose first byte is not 0.
constexpr Outcome kFails{Error::malformed};
constexpr Outcome kAlien{Error::unsupported};
constexpr Outcome kRejects{Error::malformed, Answer::reject_failed};
constexpr Outcome kRejectsAlien{Error::unsupported, Answer::reject_unsupported};
/// Failure of an open session, section 11.3.
constexpr Outcome kTampered{Error::tampered};
constexpr Outcome kRefused{Error::authentication_failed};
constexpr Outcome kBusy{Error::busy};
constexpr Outcome kClosed{Error::none, Answer::close};
constexpr Outcome kConfirmed{Error::none};

struct Row {
  const char* name;
  Input input;
  std::array<Outcome, 4> outcomes;
};

constexpr std::array kClientStates{State::wait_sh, State::wait_sf, State::open, State::closing};
// clang-format off
constexpr Row kClientTable[] = {
    //                                                 WAIT_SH   WAIT_SF   OPEN       CLOSING
    {"ClientHello",        Input::client_hello,       {kFails,   kFails,   kTampered, kTampered}},
    {"ServerHello",        Input::server_hello,       {kGoesOn,  kFails,   kTampered, kTampered}},
    {"ClientFinish",       Input::client_finish,      {kFails,   kFails,   kTampered, kTampered}},
    {"ServerFinish",       Input::server_finish,      {kFails,   kGoesOn,  kTampered, kTampered}},
    {"Retry",              Input::retry,              {kFails,   kFails,   kTampered, kTampered}},
    {"Reject(1)",          Input::reject_failed,      {kRefused, kRefused, kRefused,  kRefused}},
    {"Reject(2)",          Input::reject_unsupported, {kAlien,   kAlien,   kAlien,    kAlien}},
    {"Reject(3)",          Input::reject_busy,        {kBusy,    kBusy,    kBusy,     kBusy}},
    {"Reject(4)",          Input::reject_unknown,     {kFails,   kFails,   kTampered, kTampered}},
    {"Reject with echo",   Input::reject_echoing,     {kFails,   kFails,   kTampered, kTampered}},
    {"frame of type 7",    Input::unknown_type,       {kFails,   kFails,   kTampered, kTampered}},
    {"frame of version 3", Input::other_version,      {kAlien,   kAlien,   kTampered, kTampered}},
    {"first byte 01",      Input::reserved_01,        {kFails,   kFails,   kTampered, kTampered}},
    {"first byte 3f",      Input::reserved_3f,        {kFails,   kFails,   kTampered, kTampered}},
    {"data record",        Input::data,               {kFails,   kFails,   kDelivers, kIgnores}},
    {"close record",       Input::close,              {kFails,   kFails,   kClosed,   kConfirmed}},
    {"altered record",     Input::altered,            {kFails,   kFails,   kTampered, kTampered}},
    {"first byte 80",      Input::datagram_80,        {kFails,   kFails,   kTampered, kTampered}},
    {"first byte bf",      Input::datagram_bf,        {kFails,   kFails,   kTampered, kTampered}},
    {"first byte c0",      Input::reserved_c0,        {kFails,   kFails,   kTampered, kTampered}},
    {"first byte ff",      Input::reserved_ff,        {kFails,   kFails,   kTampered, kTampered}},
};
// clang-format on

constexpr std::array kServerStates{State::wait_ch, State::wait_cf, State::open, State::closing};
// clang-format off
constexpr Row kServerTable[] = {
    //                                                 WAIT_CH        WAIT_CF   OPEN       CLOSING
    {"ClientHello",        Input::client_hello,       {kGoesOn,       kRejects, kTampered, kTampered}},
    {"ServerHello",        Input::server_hello,       {kRejects,      kRejects, kTampered, kTampered}},
    {"ClientFinish",       Input::client_finish,      {kRejects,      kGoesOn,  kTampered, kTampered}},
    {"ServerFinish",       Input::server_finish,      {kRejects,      kRejects, kTampered, kTampered}},
    {"Retry",              Input::retry,              {kRejects,      kRejects, kTampered, kTampered}},
    {"Reject(1)",          Input::reject_failed,      {kRejects,      kRejects, kTampered, kTampered}},
    {"Reject(2)",          Input::reject_unsupported, {kRejects,      kRejects, kTampered, kTampered}},
    {"Reject(3)",          Input::reject_busy,        {kRejects,      kRejects, kTampered, kTampered}},
    {"Reject(4)",          Input::reject_unknown,     {kRejects,      kRejects, kTampered, kTampered}},
    {"Reject with echo",   Input::reject_echoing,     {kRejects,      kRejects, kTampered, kTampered}},
    {"frame of type 7",    Input::unknown_type,       {kRejects,      kRejects, kTampered, kTampered}},
    {"frame of version 3", Input::other_version,      {kRejectsAlien, kRejects, kTampered, kTampered}},
    {"first byte 01",      Input::reserved_01,        {kFails,        kRejects, kTampered, kTampered}},
    {"first byte 3f",      Input::reserved_3f,        {kFails,        kRejects, kTampered, kTampered}},
    {"data record",        Input::data,               {kFails,        kRejects, kDelivers, kIgnores}},
    {"close record",       Input::close,              {kFails,        kRejects, kClosed,   kConfirmed}},
    {"altered record",     Input::altered,            {kFails,        kRejects, kTampered, kTampered}},
    {"first byte 80",      Input::datagram_80,        {kFails,        kRejects, kTampered, kTampered}},
    {"first byte bf",      Input::datagram_bf,        {kFails,        kRejects, kTampered, kTampered}},
    {"first byte c0",      Input::reserved_c0,        {kFails,        kRejects, kTampered, kTampered}},
    {"first byte ff",      Input::reserved_ff,        {kFails,        kRejects, kTampered, kTampered}},
};
// clang-format on

/// What a side sends when it goes on from `state`; empty if nothing.
Buffer next_frame(State state, const Pair& conversation) {
  switch (state) {
    case State::wait_ch:
      return frame_of(conversation, FrameType::server_hello);
    case State::wait_sh:
      return frame_of(conversation, FrameType::client_finish);
    case State::wait_cf:
      return frame_of(conversation, FrameType::server_finish);
    default:
      return {};
  }
}

/// Whether going on from `state` opens the session.
bool opens(State state, const Flow& flow) {
  return state == State::wait_sf || state == State::wait_cf || (state == State::wait_sh && flow.kind == Kind::raw_key);
}

struct Case {
  Side side;
  State state;
  Flow flow;
};

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (const Flow& flow : kFlows) {
    for (const State state : kClientStates) {
      if (exists(state, Side::client, flow)) cases.push_back({Side::client, state, flow});
    }
    for (const State state : kServerStates) cases.push_back({Side::server, state, flow});
  }
  return cases;
}

std::string name_of_case(const testing::TestParamInfo<Case>& test) {
  constexpr std::array kStates{"WAIT_CH", "WAIT_CF", "WAIT_SH", "WAIT_SF", "OPEN", "CLOSING"};
  return flow_name(test.param.flow) + "_" + side_name(test.param.side) + "_" +
         kStates.at(static_cast<std::size_t>(test.param.state));
}

class StateTable : public testing::TestWithParam<Case> {
 protected:
  Side side = GetParam().side;
  State state = GetParam().state;
  Flow flow = GetParam().flow;
  /// Each side sends one data record and then a close as its first ...
  Pair with_data{flow};
  /// ... or a close at once.
  Pair with_close{flow};

  void SetUp() override {
    with_data.open();
    with_data.client.send(bytes_of("hello"), with_data.now);
    with_data.server.send(bytes_of("hello"), with_data.now);
    with_data.deliver();
    with_close.open();
    with_close.client.session().close(with_close.now);
    with_close.server.session().close(with_close.now);
    with_close.deliver();
  }

  [[nodiscard]] Buffer bytes_of_input(Input input) const;
  void reach(End& end) const;
  void expect(const Row& row, const Outcome& outcome) const;
};

Buffer StateTable::bytes_of_input(Input input) const {
  const Side peer = Pair::other(side);
  switch (input) {
    case Input::client_hello:
      return frame_of(with_data, FrameType::client_hello);
    case Input::server_hello:
      return frame_of(with_data, FrameType::server_hello);
    case Input::client_finish:
      return frame_of(with_data, FrameType::client_finish);
    case Input::server_finish: {
      // In the key flow there is none.
      const Buffer genuine = frame_of(with_data, FrameType::server_finish);
      return genuine.empty() ? unhex("0002040020" + std::string(64, 'a')) : genuine;
    }
    case Input::retry:
      return unhex("0002050010" + std::string(32, 'c'));
    case Input::reject_failed:
      return unhex("0002060003010000");
    case Input::reject_unsupported:
      return unhex("0002060003020000");
    case Input::reject_busy:
      return unhex("0002060003030007");
    case Input::reject_unknown:
      return unhex("0002060003040000");
    case Input::reject_echoing:
      return unhex("000206000b0100000102030405060708");
    case Input::unknown_type:
      return unhex("0002070003010000");
    case Input::other_version: {
      Buffer hello = frame_of(with_data, side == Side::server ? FrameType::client_hello : FrameType::server_hello);
      hello[1] = 3;
      return hello;
    }
    case Input::data:
      return record_of(with_data, peer, 0);
    case Input::close:
      return record_of(with_close, peer, 0);
    case Input::altered:
      return flipped(record_of(with_data, peer, 0), 8 * 20);
    case Input::reserved_01:
      return unhex("0140");
    case Input::reserved_3f:
      return unhex("3f40");
    case Input::datagram_80:
      return unhex("8000");
    case Input::datagram_bf:
      return unhex("bf00");
    case Input::reserved_c0:
      return unhex("c040");
    case Input::reserved_ff:
      return unhex("ff40");
  }
  return {};
}

/// Feeds a fresh end what its peer said in the conversation, up to the state.
void StateTable::reach(End& end) const {
  const auto give = [&](FrameType type) { end.give(frame_of(with_data, type), kNow); };
  ASSERT_TRUE(end.start(kNow).ok());
  if (side == Side::client && state != State::wait_sh) {
    give(FrameType::server_hello);
    if (state != State::wait_sf) give(FrameType::server_finish);
  } else if (side == Side::server && state != State::wait_ch) {
    give(FrameType::client_hello);
    if (state != State::wait_cf) give(FrameType::client_finish);
  }
  if (state == State::closing) end.session().close(kNow);
  end.take(kNow);
  ASSERT_EQ(end.session().is_open(), state == State::open || state == State::closing);
  ASSERT_FALSE(end.over());
}

void StateTable::expect(const Row& row, const Outcome& outcome) const {
  SCOPED_TRACE(row.name);
  const auto end = make_end(side, with_data.enrolled);
  reach(*end);
  const int established = end->seen.established;
  end->give(bytes_of_input(row.input), kNow);

  const std::array answers{Buffer(), next_frame(state, with_data), record_of(with_close, side, 0),
                           unhex("0002060003010000"), unhex("0002060003020000")};
  EXPECT_EQ(hex(end->take(kNow)), hex(answers.at(static_cast<std::size_t>(outcome.answer))));
  EXPECT_EQ(hex(end->seen.bytes()), outcome.delivers ? hex(bytes_of("hello")) : "");
  const bool opened = outcome.answer == Answer::next_frame && opens(state, flow);
  EXPECT_EQ(end->seen.established - established, opened ? 1 : 0);
  EXPECT_EQ(end->over(), outcome.ends.has_value());
  ASSERT_EQ(end->seen.closed.has_value(), outcome.ends.has_value());
  if (!outcome.ends) return;
  EXPECT_EQ(end->seen.closed->error, *outcome.ends);
  EXPECT_EQ(end->seen.closed->retry_after, outcome.ends == Error::busy ? 7 : 0);

  // DEAD: what would have been right a moment ago is no more.
  end->give(bytes_of_input(Input::server_hello), kNow);
  end->give(bytes_of_input(Input::client_finish), kNow);
  end->give(bytes_of_input(Input::data), kNow);
  EXPECT_TRUE(end->take(kNow).empty());
  EXPECT_EQ(end->seen.established, established);
  EXPECT_TRUE(end->seen.fragments.empty());
  EXPECT_FALSE(end->session().is_open());
}

TEST_P(StateTable, HoldsInEveryCell) {
  const bool client = side == Side::client;
  const auto& states = client ? kClientStates : kServerStates;
  const std::span<const Row> table = client ? std::span<const Row>(kClientTable) : kServerTable;
  const auto column = static_cast<std::size_t>(std::find(states.begin(), states.end(), state) - states.begin());
  for (const Row& row : table) expect(row, row.outcomes.at(column));
}

INSTANTIATE_TEST_SUITE_P(Protocol15, StateTable, testing::ValuesIn(all_cases()), name_of_case);

}  // namespace
}  // namespace pawl::test::state_table_test
