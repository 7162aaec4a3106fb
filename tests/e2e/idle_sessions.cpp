// SPDX-License-Identifier: Apache-2.0
/// Many clients in one process. Enrols them with raw keys, opens a session for each and leaves it idle; later talks
/// through some of them.
///
///     idle_sessions RECORDS PORT COUNT
///
/// Prints "open COUNT" when all are open. At the end of its standard input it has every tenth session answered, closes
/// all, prints "answered NUMBER" and exits with 0. Whatever goes wrong is said on standard error, and it exits with 1.
#include <poll.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <pawl/handshake/key.hpp>
#include <pawl/port/posix/clock.hpp>
#include <pawl/port/posix/random.hpp>
#include <pawl/port/posix/tcp.hpp>
#include <pawl/port/pump.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <pawl/host/base/text.hpp>
#include <pawl/host/store/toml_users.hpp>

namespace pawl::bench {
namespace {

constexpr int kPatienceMs = 10'000;
/// As many sessions as a user may have.
constexpr std::size_t kSessionsOfAUser = 8;
constexpr std::size_t kTalks = 10;

void require_that(bool condition, const std::string& otherwise) {
  if (!condition) throw std::runtime_error(otherwise);
}

MonotonicClock system_clock;
SystemRandom system_random;

struct User {
  explicit User(std::string user_name) : name(std::move(user_name)) {
    RawKey key;
    require_that(system_random.fill(key.writable()).ok(), "no random bytes");
    require_that(derive_from_raw_key(host::bytes_of(name), key, Mode::psk, nullptr, credential).ok(), "no credential");
  }

  void enrol(host::TomlUsers& users) const {
    Enrolment record;
    require_that(make_enrolment(credential, 1, nullptr, record).ok(), "no record");
    require_that(host::save(users, record).ok(), "no file");
  }

  std::string name;
  ClientCredential credential;
};

class Client {
 public:
  Client(const User& user, Descriptor socket)
      : settings_(key_initiator, user.credential),
        transport_(std::move(socket)),
        session_(settings_, system_random),
        pump_(session_, transport_, input_) {}

  void open() {
    require_that(session_.start(system_clock.now()).ok(), "the session does not start");
    require_that(std::holds_alternative<Established>(next_event()), "a session was not opened");
  }

  void talk(const std::string& message) {
    const auto sent = session_.send(host::bytes_of(message), true, system_clock.now());
    require_that(sent.ok() && sent.value() == message.size(), "a message was not sent");
    std::string reply;
    for (bool last = false; !last;) {
      const Event event = next_event();
      const auto* part = std::get_if<Message>(&event);
      require_that(part != nullptr, "a session ended instead of answering");
      reply.append(part->bytes.begin(), part->bytes.end());
      last = part->last;
    }
    require_that(reply == "Server received: " + message, "the reply is " + reply);
  }

  void close() {
    session_.close(system_clock.now());
    const Event event = next_event();
    const auto* closed = std::get_if<Closed>(&event);
    require_that(closed != nullptr && closed->error == Error::none, "a session was not closed in good order");
  }

 private:
  /// Its ticket apart, which nobody needs here.
  Event next_event() {
    for (;;) {
      const Event event = pump_.run(system_clock.now());
      if (std::holds_alternative<TicketReceived>(event)) continue;
      if (is_event(event)) return event;
      pollfd socket{transport_.fd(), POLLIN, 0};
      if (pump_.wants_write()) socket.events |= POLLOUT;
      require_that(poll(&socket, 1, kPatienceMs) == 1, "the server says nothing");
    }
  }

  ClientSettings settings_;
  TcpTransport transport_;
  StaticSession<512> session_;
  ByteArray<512> input_{};
  Pump pump_;
};

std::unique_ptr<Client> connect(const User& user, std::uint16_t port) {
  auto socket = tcp_connect("127.0.0.1", port, milliseconds(kPatienceMs));
  require_that(socket.ok(), "no connection: " + socket.error().message());
  auto client = std::make_unique<Client>(user, std::move(socket.value()));
  client->open();
  return client;
}

void await_end_of_input() {
  char byte = 0;
  while (read(STDIN_FILENO, &byte, 1) > 0) continue;
}

void run(const std::string& records_directory, std::uint16_t port, std::size_t count) {
  host::TomlUsers store(records_directory);
  std::vector<std::unique_ptr<User>> users;
  std::vector<std::unique_ptr<Client>> clients;
  while (clients.size() < count) {
    users.push_back(std::make_unique<User>("idle" + std::to_string(users.size())));
    users.back()->enrol(store);
    for (std::size_t i = 0; i < kSessionsOfAUser && clients.size() < count; ++i) {
      clients.push_back(connect(*users.back(), port));
    }
  }
  std::printf("open %zu\n", clients.size());
  std::fflush(stdout);
  await_end_of_input();
  std::size_t answered = 0;
  for (std::size_t i = 0; i < clients.size(); i += kTalks, ++answered) clients[i]->talk("message " + std::to_string(i));
  for (const auto& client : clients) client->close();
  std::printf("answered %zu\n", answered);
}

}  // namespace
}  // namespace pawl::bench

int main(int argc, char** argv) {
  try {
    if (argc != 4) throw std::runtime_error("usage: idle_sessions RECORDS PORT COUNT");
    pawl::bench::run(argv[1], static_cast<std::uint16_t>(std::stoul(argv[2])), std::stoul(argv[3]));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "idle_sessions: %s\n", error.what());
    return 1;
  }
}
