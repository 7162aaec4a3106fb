// SPDX-License-Identifier: Apache-2.0
/// What the echo benchmark compares `pawl serve` with: a poll() server that returns whatever it reads, and does nothing
/// else; over TCP, or, with --udp, over UDP. Takes a free port of 127.0.0.1, says "Listening on port N" on standard
/// error, and serves until it is killed.
#include <poll.h>

#include <cstdio>
#include <pawl/port/posix/tcp.hpp>
#include <pawl/port/posix/udp.hpp>
#include <string_view>
#include <vector>

namespace {

using namespace pawl;

/// Both grow together: peers[i] is what polls[i + 1] waits for. polls[0] is the listener.
struct Peers {
  std::vector<pollfd> polls;
  std::vector<TcpTransport> peers;
};

/// False once the peer is gone. A reply that does not fit the socket ends it: the benchmark never has that many on
/// their way.
bool echo(TcpTransport& peer) {
  for (;;) {
    ByteArray<4096> buffer;
    const auto got = peer.read(buffer);
    if (!got.ok()) return false;
    if (got.value() == 0) return true;
    const auto put = peer.write(Bytes(buffer).first(got.value()));
    if (!put.ok() || put.value() != got.value()) return false;
  }
}

void accept_all(TcpListener& listener, Peers& all) {
  for (;;) {
    auto accepted = listener.accept();
    if (!accepted.ok() || !accepted.value()) return;
    all.peers.emplace_back(std::move(accepted.value()->socket));
    all.polls.push_back({all.peers.back().fd(), POLLIN, 0});
  }
}

int fail(const std::error_code& error) {
  std::fprintf(stderr, "plain_echo: cannot listen: %s\n", error.message().c_str());
  return 1;
}

int serve_udp() {
  auto socket = UdpServer::open("127.0.0.1", 0);
  if (!socket.ok()) return fail(socket.error());
  std::fprintf(stderr, "Listening on port %d\n", socket.value().port());
  pollfd wanted{socket.value().fd(), POLLIN, 0};
  while (::poll(&wanted, 1, -1) >= 0) {
    for (;;) {
      ByteArray<4096> buffer;
      const auto got = socket.value().receive(buffer);
      if (!got.ok() || got.value().size == 0) break;
      static_cast<void>(socket.value().send(Bytes(buffer).first(got.value().size), got.value().from));
    }
  }
  return 1;
}

int serve_tcp() {
  auto listener = TcpListener::open("127.0.0.1", 0);
  if (!listener.ok()) return fail(listener.error());
  std::fprintf(stderr, "Listening on port %d\n", listener.value().port());
  Peers all{{{listener.value().fd(), POLLIN, 0}}, {}};
  while (::poll(all.polls.data(), all.polls.size(), -1) >= 0) {
    for (std::size_t i = all.peers.size(); i > 0; --i) {
      if (all.polls[i].revents == 0 || echo(all.peers[i - 1])) continue;
      std::swap(all.peers[i - 1], all.peers.back());
      std::swap(all.polls[i], all.polls.back());
      all.peers.pop_back();
      all.polls.pop_back();
    }
    if (all.polls[0].revents != 0) accept_all(listener.value(), all);
  }
  return 1;
}

}  // namespace

int main(int argc, char** argv) { return argc > 1 && std::string_view(argv[1]) == "--udp" ? serve_udp() : serve_tcp(); }
