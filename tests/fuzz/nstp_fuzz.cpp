// SPDX-License-Identifier: Apache-2.0
/// A client and a server of NSTP and a line that does what the fuzzer says.
///
///   1  settings   bit 0: the client has another key, bit 1: the server does not know the user, bit 2: small buffers,
///                 bit 3: no idle time-out
///   .  steps      what happens then, a byte of action and its operands each
#include <algorithm>
#include <memory>
#include <pawl/nstp/client.hpp>
#include <pawl/nstp/server.hpp>
#include <pawl/port/sim/seeded_random.hpp>

#include "tests/fuzz/input.hpp"
#include "tests/support/bytes.hpp"

namespace pawl::test {
namespace {

constexpr int kMostSteps = 64;
constexpr std::size_t kSmall = 300;
constexpr std::size_t kLarge = 2000;

nstp::Psk psk_of(std::uint8_t first) {
  nstp::Psk psk;
  psk.writable()[0] = first;
  return psk;
}

class Line {
 public:
  explicit Line(std::uint8_t choice) : right_key_((choice & 3U) == 0), knows_user_((choice & 2U) == 0) {
    if ((choice & 1U) != 0) client_psk_ = psk_of(2);
    if ((choice & 8U) != 0) server_settings_.idle = 0;
    for (Buffer* buffer : {&client_.rx, &client_.tx, &server_.rx, &text_, &server_.tx}) {
      buffer->resize((choice & 4U) != 0 ? kSmall : kLarge);
    }
    client_side_ = std::make_unique<nstp::Client>(client_settings_, client_random_, client_.rx, client_.tx);
    server_side_ = std::make_unique<nstp::Server>(server_settings_, server_random_, server_.rx, text_, server_.tx);
    client_.side = client_side_.get();
    server_.side = server_side_.get();
    require(client_side_->start(now_).ok() && server_side_->start(now_).ok(), "both sides start");
  }

  void step(Input& input) {
    constexpr std::uint8_t kServer = 0x80;
    const std::uint8_t action = input.u8();
    End& to = (action & kServer) != 0 ? server_ : client_;
    End& from = &to == &server_ ? client_ : server_;
    switch (action & 0x0FU) {
      case 0:
        say(input.chunk());
        break;
      case 1:
        deliver(to, input.u8());
        break;
      case 2:
        honest_ = false;
        repeat(from, to, input.u16(), input.u16());
        break;
      case 3: {
        honest_ = false;
        const Bytes bytes = input.chunk();
        to.incoming.insert(to.incoming.begin(), bytes.begin(), bytes.end());
        break;
      }
      case 4: {
        honest_ = false;
        const std::size_t bit = input.u16();
        if (bit / 8 < to.incoming.size()) to.incoming[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        break;
      }
      case 5:
        honest_ = false;
        to.incoming.resize(std::min<std::size_t>(to.incoming.size(), input.u16()));
        break;
      case 6:
        // Somebody who listens tries what an end has said on that end itself.
        honest_ = false;
        repeat(to, to, input.u16(), input.u16());
        break;
      case 7:
        now_ = now_ + milliseconds(std::uint64_t{input.u16()} * 16);
        for (End* end : {&client_, &server_}) end->side->advance(now_);
        break;
      case 8:
        to.side->end_of_stream(now_);
        break;
      case 9:
        to.side->close();
        break;
      default:
        while (deliver(server_, 0) || deliver(client_, 0)) {
        }
        break;
    }
    look(client_);
    look(server_);
    check();
  }

  /// Nothing more arrives: both ends come to an end, the one without a time-out when it is told to.
  void finish() {
    for (End* end : {&client_, &server_}) {
      for (int i = 0; i < 4 && end->side->deadline(); ++i) end->side->advance(*end->side->deadline());
      if (!end->side->is_over()) end->side->close();
      look(*end);
      require(end->closed == 1 && end->side->outgoing().size() <= kLarge, "an end that is over says so, once");
    }
    check();
  }

 private:
  struct End {
    Buffer rx;
    Buffer tx;
    nstp::Endpoint* side = nullptr;
    /// On the way to it, and all that it has said.
    Buffer incoming;
    Buffer said;
    std::vector<Buffer> heard;
    int established = 0;
    int closed = 0;
  };

  End& other(const End& end) { return &end == &server_ ? client_ : server_; }

  void say(Bytes text) {
    if (client_side_->send(text, now_).ok()) said_.emplace_back(text.begin(), text.end());
  }

  /// One read of n bytes, or of all for 0; true if anything moved.
  bool deliver(End& to, std::size_t n) {
    look(to);
    look(other(to));
    const Bytes in = Bytes(to.incoming).first(n == 0 ? to.incoming.size() : std::min(n, to.incoming.size()));
    const auto taken = to.side->receive(in, now_);
    require(taken.ok() && taken.value() <= in.size(), "no more is taken than is there");
    to.incoming.erase(to.incoming.begin(), to.incoming.begin() + static_cast<std::ptrdiff_t>(taken.value()));
    look(to);
    return taken.value() > 0;
  }

  static void repeat(const End& from, End& to, std::size_t at, std::size_t n) {
    at = std::min(at, from.said.size());
    append(to.incoming, Bytes(from.said).subspan(at, std::min(n, from.said.size() - at)));
  }

  /// Takes what it sends, and its events.
  void look(End& end) {
    bool more = true;
    while (more) {
      const Bytes outgoing = end.side->outgoing();
      append(end.said, outgoing);
      append(other(end).incoming, outgoing);
      end.side->sent(outgoing.size(), now_);
      const nstp::Event event = end.side->next_event();
      more = is_event(event);
      act(end, event);
    }
  }

  void act(End& end, const nstp::Event& event) {
    if (std::holds_alternative<nstp::PskWanted>(event)) {
      require((knows_user_ ? server_side_->provide(server_psk_) : server_side_->provide_none()).ok(),
              "a key is wanted");
    }
    if (std::holds_alternative<nstp::Established>(event)) ++end.established;
    if (std::holds_alternative<nstp::Closed>(event)) ++end.closed;
    const auto* message = std::get_if<nstp::Message>(&event);
    if (message == nullptr) return;
    end.heard.emplace_back(message->text.begin(), message->text.end());
    // After the end there is nobody to respond to.
    if (&end == &server_) require(server_side_->respond(message->text).ok() || server_side_->is_over(), "it fits");
  }

  void check() {
    const int most = right_key_ ? 1 : 0;
    require(client_.established <= most && server_.established <= most, "no end opens but with the right key");
    // Some may be lost.
    auto next = said_.begin();
    for (const Buffer& heard : server_.heard) {
      next = std::find(next, said_.end(), heard);
      require(next != said_.end(), "a server hears what the client has said, in order and once");
      ++next;
    }
    for (const Buffer& heard : client_.heard) {
      require(std::ranges::count(server_.heard, heard) > 0, "a client hears what the server has said");
    }
    require(!honest_ || server_side_->dropped() == 0, "segments alone lose nothing");
  }

  bool right_key_;
  bool knows_user_;
  /// The line has altered nothing.
  bool honest_ = true;
  Instant now_{1'000'000};
  const Buffer user_ = bytes_of("alice");
  nstp::Psk server_psk_ = psk_of(1);
  nstp::Psk client_psk_ = psk_of(1);
  nstp::ClientSettings client_settings_{user_, client_psk_};
  nstp::ServerSettings server_settings_;
  SeededRandom client_random_{1};
  SeededRandom server_random_{2};
  End client_;
  End server_;
  Buffer text_;
  std::unique_ptr<nstp::Client> client_side_;
  std::unique_ptr<nstp::Server> server_side_;
  std::vector<Buffer> said_;
};

int run(Input input) {
  Line line(input.u8());
  for (int i = 0; i < kMostSteps && !input.empty(); ++i) line.step(input);
  line.finish();
  return 0;
}

}  // namespace
}  // namespace pawl::test

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return pawl::test::run(pawl::test::Input(data, size));
}
