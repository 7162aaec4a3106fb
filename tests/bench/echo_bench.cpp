// SPDX-License-Identifier: Apache-2.0
/// What `pawl serve` takes of the processor for each echoed message and for each session, beside a plain server, over
/// TCP and UDP. Servers and clients share one core. In each round every connection sends one message of 64 bytes before
/// the first reply is read: the servers are as busy as they can be, which leaves the least for poll() and thus the most
/// for what Pawl adds. Over UDP a hundred clients at a time do so, because more datagrams than a socket's buffer holds
/// would be lost. The times shown are those of the server's process alone.
#include <benchmark/benchmark.h>
#include <poll.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <pawl/handshake/key.hpp>
#include <pawl/port/datagram_pump.hpp>
#include <pawl/port/posix/clock.hpp>
#include <pawl/port/posix/random.hpp>
#include <pawl/port/posix/tcp.hpp>
#include <pawl/port/posix/udp.hpp>
#include <pawl/port/pump.hpp>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <pawl/host/base/text.hpp>
#include <pawl/host/net/descriptor_limit.hpp>
#include <pawl/host/server/open_sessions.hpp>
#include <pawl/host/store/toml_users.hpp>
#include "tests/bench/server_process.hpp"

namespace pawl::bench {
namespace {

constexpr int kPatienceMs = 10'000;
constexpr std::size_t kMessage = 64;
constexpr std::size_t kMostConnections = 10'000;
constexpr std::size_t kMostClients = 1000;
static_assert(kMostConnections < kMostDescriptors);
constexpr std::size_t kMostDatagrams = 100;
/// In each repetition; enough to be far above the clock's resolution.
constexpr std::size_t kMessages = 20'000;
constexpr std::size_t kSessions = 500;

MonotonicClock system_clock;
SystemRandom system_random;

void require_that(bool condition, const char* otherwise) {
  if (!condition) throw std::runtime_error(otherwise);
}

void await(int socket, short events) {
  pollfd wanted{socket, events, 0};
  require_that(::poll(&wanted, 1, kPatienceMs) == 1, "the server says nothing");
}

Descriptor connect(std::uint16_t port) {
  auto socket = tcp_connect("127.0.0.1", port, milliseconds(kPatienceMs));
  require_that(socket.ok(), "no connection");
  return std::move(socket.value());
}

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = std::filesystem::temp_directory_path() / "pawl_bench.XXXXXX";
    require_that(::mkdtemp(name.data()) != nullptr, "no temporary directory");
    path_ = name;
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// A user with a raw key in mode psk, which no rate limit holds up.
class User {
 public:
  User(std::string name, host::TomlUsers& users) : name_(std::move(name)) {
    RawKey key;
    Enrolment record;
    require_that(system_random.fill(key.writable()).ok(), "no random bytes");
    require_that(derive_from_raw_key(host::bytes_of(name_), key, Mode::psk, nullptr, credential_).ok(),
                 "no credential");
    require_that(make_enrolment(credential_, 1, nullptr, record).ok(), "no record");
    require_that(host::save(users, record).ok(), "no file");
  }
  User(const User&) = delete;
  User& operator=(const User&) = delete;
  [[nodiscard]] const ClientCredential& credential() const { return credential_; }

 private:
  std::string name_;
  ClientCredential credential_;
};

/// `pawl serve`, and as many users as its sessions need.
class PawlServer {
 public:
  explicit PawlServer(const std::vector<std::string>& options = {"--max-sessions", std::to_string(kMostConnections)})
      : records_(home_.path() / "records"),
        users_(enrol(records_)),
        process_(command(home_.path() / "records", options), home_.path() / "log") {}
  [[nodiscard]] const ServerProcess& process() const { return process_; }
  /// For the connection of this number.
  [[nodiscard]] const ClientCredential& credential(std::size_t number) const {
    return users_.at(number / host::Limits{}.sessions_per_user)->credential();
  }

 private:
  using Users = std::vector<std::unique_ptr<User>>;
  static std::vector<std::string> command(const std::string& records, const std::vector<std::string>& options) {
    std::vector<std::string> words{PAWL_PROGRAM, "serve", "--listen", "127.0.0.1:0", "--records", records};
    words.insert(words.end(), options.begin(), options.end());
    return words;
  }
  static Users enrol(host::TomlUsers& store) {
    Users users;
    for (std::size_t sessions = 0; sessions < kMostConnections; sessions += host::Limits{}.sessions_per_user) {
      users.push_back(std::make_unique<User>("sensor-" + std::to_string(users.size()), store));
    }
    return users;
  }

  TemporaryDirectory home_;
  host::TomlUsers records_;
  Users users_;
  ServerProcess process_;
};

/// With places for the sessions of all repetitions: one that is closed keeps its place for five seconds.
class PawlUdpServer : public PawlServer {
 public:
  PawlUdpServer() : PawlServer({"--udp", "--max-sessions", "8000"}) {}
};

class PlainServer {
 public:
  /// `option` is "--tcp" or "--udp".
  explicit PlainServer(const std::string& option = "--tcp")
      : process_({PLAIN_ECHO_PROGRAM, option}, home_.path() / "log") {}
  [[nodiscard]] const ServerProcess& process() const { return process_; }

 private:
  TemporaryDirectory home_;
  ServerProcess process_;
};

class PlainUdpServer : public PlainServer {
 public:
  PlainUdpServer() : PlainServer("--udp") {}
};

class PawlClient {
 public:
  using Server = PawlServer;
  static constexpr std::size_t kAtOnce = kMostConnections;

  PawlClient(const Server& server, std::size_t number)
      : settings_(key_initiator, server.credential(number)),
        transport_(connect(server.process().port())),
        session_(settings_, system_random),
        pump_(session_, transport_, input_) {
    require_that(session_.start(system_clock.now()).ok(), "the session does not start");
    require_that(std::holds_alternative<Established>(next_event()), "a session was not opened");
    pump_.flush(system_clock.now());
  }
  PawlClient(const PawlClient&) = delete;
  PawlClient& operator=(const PawlClient&) = delete;

  void send(Bytes message) {
    const Instant now = system_clock.now();
    const auto sent = session_.send(message, true, now);
    require_that(sent.ok() && sent.value() == message.size(), "a message was not sent");
    pump_.flush(now);
  }

  void await_reply() {
    const Event event = next_event();
    const auto* message = std::get_if<Message>(&event);
    require_that(message != nullptr && message->last, "a message was not answered");
  }

  /// Returns when the server has closed its end as well.
  void close() {
    session_.close(system_clock.now());
    const Event event = next_event();
    const auto* closed = std::get_if<Closed>(&event);
    require_that(closed != nullptr && closed->error == Error::none, "a session was not closed in good order");
    while (!pump_.finished()) {
      pump_.run(system_clock.now());
      if (!pump_.finished()) await(transport_.fd(), POLLIN);
    }
  }

 private:
  Event next_event() {
    for (;;) {
      const Event event = pump_.run(system_clock.now());
      // Its ticket is for nobody here. More may have come with it.
      if (std::holds_alternative<TicketReceived>(event)) continue;
      if (is_event(event)) return event;
      await(transport_.fd(), pump_.wants_write() ? POLLIN | POLLOUT : POLLIN);
    }
  }

  ClientSettings settings_;
  TcpTransport transport_;
  StaticSession<512> session_;
  ByteArray<512> input_{};
  Pump pump_;
};

class PlainClient {
 public:
  using Server = PlainServer;
  static constexpr std::size_t kAtOnce = kMostConnections;

  PlainClient(const Server& server, std::size_t /*number*/) : transport_(connect(server.process().port())) {}

  void send(Bytes message) {
    const auto put = transport_.write(message);
    require_that(put.ok() && put.value() == message.size(), "a message was not sent");
    unanswered_ = message.size();
  }

  void await_reply() {
    while (unanswered_ > 0) {
      await(transport_.fd(), POLLIN);
      const auto got = transport_.read(MutBytes(input_).first(unanswered_));
      require_that(got.ok(), "a message was not answered");
      unanswered_ -= got.value();
    }
  }

  void close() {
    transport_.shutdown();
    while (transport_.read(input_).ok()) await(transport_.fd(), POLLIN);
  }

 private:
  TcpTransport transport_;
  ByteArray<kMessage> input_{};
  std::size_t unanswered_ = 0;
};

UdpClient connect_udp(std::uint16_t port) {
  auto socket = UdpClient::connect("127.0.0.1", port);
  require_that(socket.ok(), "no socket");
  return std::move(socket.value());
}

class PawlUdpClient {
 public:
  using Server = PawlUdpServer;
  static constexpr std::size_t kAtOnce = kMostDatagrams;

  PawlUdpClient(const Server& server, std::size_t number)
      : settings_(key_initiator, server.credential(number)),
        transport_(connect_udp(server.process().port())),
        session_(settings(), system_random),
        pump_(session_, transport_, input_) {
    require_that(session_.start(system_clock.now()).ok(), "the session does not start");
    require_that(std::holds_alternative<Established>(next_event()), "a session was not opened");
    pump_.flush(system_clock.now());
  }
  PawlUdpClient(const PawlUdpClient&) = delete;
  PawlUdpClient& operator=(const PawlUdpClient&) = delete;

  void send(Bytes message) {
    const Instant now = system_clock.now();
    require_that(session_.send(message, now).ok(), "a message was not sent");
    pump_.flush(now);
  }

  void await_reply() { require_that(std::holds_alternative<Message>(next_event()), "a message was not answered"); }

  void close() {
    session_.close(system_clock.now());
    const Event event = next_event();
    const auto* closed = std::get_if<Closed>(&event);
    require_that(closed != nullptr && closed->error == Error::none, "a session was not closed in good order");
  }

 private:
  static constexpr std::size_t kDatagram = 512;

  const ClientSettings& settings() {
    settings_.max_rx = kDatagram - datagram_header_size(false);
    return settings_;
  }

  Event next_event() {
    for (;;) {
      const Event event = pump_.run(system_clock.now());
      // Its ticket is for nobody here. More may have come with it.
      if (std::holds_alternative<TicketReceived>(event)) continue;
      if (is_event(event)) return event;
      await(transport_.fd(), POLLIN);
    }
  }

  ClientSettings settings_;
  UdpClient transport_;
  StaticDatagramClient<kDatagram> session_;
  ByteArray<kDatagram> input_{};
  DatagramPump pump_;
};

class PlainUdpClient {
 public:
  using Server = PlainUdpServer;
  static constexpr std::size_t kAtOnce = kMostDatagrams;

  PlainUdpClient(const Server& server, std::size_t /*number*/) : transport_(connect_udp(server.process().port())) {}

  void send(Bytes message) { require_that(transport_.send(message, Address()).ok(), "a message was not sent"); }
  void await_reply() {
    await(transport_.fd(), POLLIN);
    const auto got = transport_.receive(input_);
    require_that(got.ok() && got.value().size == kMessage, "a message was not answered");
  }
  void close() {}

 private:
  UdpClient transport_;
  ByteArray<kMessage> input_{};
};

/// One for all benchmarks, so that every repetition sees the same process.
template <class Server>
Server& server() {
  static Server only;
  return only;
}

/// Measures `action`: what it costs the server, for each of `items`.
template <class Action>
void measure(benchmark::State& state, const ServerProcess& process, std::size_t items, Action action) {
  for (auto _ : state) {
    const double before = process.cpu_seconds();
    action();
    state.SetIterationTime(process.cpu_seconds() - before);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(items));
}

template <class Client>
void echo(benchmark::State& state) {
  const ByteArray<kMessage> message{};
  const auto count = static_cast<std::size_t>(state.range(0));
  require_that(host::raise_descriptor_limit(count + kMostDescriptors - kMostConnections),
               "a process may have too few files open (ulimit -Hn)");
  auto& served = server<typename Client::Server>();
  std::vector<std::unique_ptr<Client>> clients;
  while (clients.size() < count) {
    clients.push_back(std::make_unique<Client>(served, clients.size()));
  }
  const auto one_round = [&] {
    for (std::size_t first = 0; first < clients.size(); first += Client::kAtOnce) {
      const auto some = std::span(clients).subspan(first, std::min(Client::kAtOnce, clients.size() - first));
      for (const auto& client : some) client->send(message);
      for (const auto& client : some) client->await_reply();
    }
  };
  one_round();
  measure(state, served.process(), kMessages, [&] {
    for (std::size_t done = 0; done < kMessages; done += clients.size()) one_round();
  });
  for (const auto& client : clients) client->close();
}

template <class Client>
void connection(benchmark::State& state) {
  auto& served = server<typename Client::Server>();
  measure(state, served.process(), kSessions, [&] {
    for (std::size_t i = 0; i < kSessions; ++i) Client(served, i).close();
  });
}

/// What goes wrong in `run` is said where the figure would be.
template <class Run>
void report(benchmark::State& state, Run run) {
  try {
    run(state);
  } catch (const std::exception& error) {
    state.SkipWithError(error.what());
  }
}

void echo_pawl(benchmark::State& state) { report(state, echo<PawlClient>); }
void echo_plain(benchmark::State& state) { report(state, echo<PlainClient>); }
void echo_pawl_udp(benchmark::State& state) { report(state, echo<PawlUdpClient>); }
void echo_plain_udp(benchmark::State& state) { report(state, echo<PlainUdpClient>); }
void connection_pawl(benchmark::State& state) { report(state, connection<PawlClient>); }
void connection_plain(benchmark::State& state) { report(state, connection<PlainClient>); }

BENCHMARK(echo_pawl)->Arg(1)->Arg(100)->Arg(1000)->Arg(kMostConnections)->UseManualTime()->Iterations(1);
BENCHMARK(echo_plain)->Arg(1)->Arg(100)->Arg(1000)->Arg(kMostConnections)->UseManualTime()->Iterations(1);
BENCHMARK(echo_pawl_udp)->Arg(1)->Arg(100)->Arg(kMostClients)->UseManualTime()->Iterations(1);
BENCHMARK(echo_plain_udp)->Arg(1)->Arg(100)->Arg(kMostClients)->UseManualTime()->Iterations(1);
BENCHMARK(connection_pawl)->UseManualTime()->Iterations(1);
BENCHMARK(connection_plain)->UseManualTime()->Iterations(1);

}  // namespace
}  // namespace pawl::bench
